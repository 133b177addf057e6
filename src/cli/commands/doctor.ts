import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addEngineOptions, type EngineOptions } from "./engine-options.ts";

/** `outrigger doctor`: what works here, what does not, and what to do about it. */
export function addDoctorCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addEngineOptions(program.command("doctor").description("check that this machine can run pipelines")).action(
    async (options: EngineOptions) => {
      const { examine } = await import("../examine-machine.ts");
      finish(await examine(context, options));
    },
  );
}
