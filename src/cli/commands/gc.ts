import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addEngineOptions, type EngineOptions } from "./engine-options.ts";

/** `outrigger gc`: removes what dead runs left on the engine. */
export function addGcCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addEngineOptions(
    program
      .command("gc")
      .description("remove what dead runs left behind on an engine: containers, networks, volumes, pods"),
  )
    .option("--dry-run", "only list what would be removed, and why")
    .action(async (options: EngineOptions & { readonly dryRun?: true }) => {
      const { collectGarbage } = await import("../collect-garbage.ts");
      finish(await collectGarbage(context, options, options.dryRun === true));
    });
}
