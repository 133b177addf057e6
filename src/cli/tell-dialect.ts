import type { CliContext } from "./cli-context.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";

/** One line to stderr; a file that its name says all about needs none. @source DR-22 */
export function tellDialect(context: CliContext, loaded: Pick<LoadedPipeline, "dialect" | "whyDialect">): void {
  if (loaded.dialect === "gitlab") return;
  context.stderr.write(`detected dialect: ${loaded.dialect} (${loaded.whyDialect})\n`);
}
