import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";

/** `outrigger gc`: removes what dead runs left on the engine. */
export function addGcCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("gc")
    .description("remove containers, networks and volumes that dead runs left behind")
    .option("--dry-run", "only list what would be removed, and why")
    .action(async (options: { readonly dryRun?: true }) => {
      const { collectGarbage } = await import("../collect-garbage.ts");
      finish(await collectGarbage(context, options.dryRun === true));
    });
}
