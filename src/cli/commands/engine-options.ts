import { type Command, Option } from "commander";

/** Options of every command that runs, or would run, jobs somewhere. */
export interface EngineOptions {
  readonly engine: "docker" | "kubernetes";
  readonly config?: string;
  readonly runner?: string;
}

export function addEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--engine <name>", "where jobs run: docker (Podman too) or kubernetes")
        .choices(["docker", "kubernetes"])
        .default("docker"),
    )
    .option("--config <file>", "settings of the engine: a config.toml as GitLab Runner has it")
    .option("--runner <name>", "which of the file's runners; the first of this engine when left out");
}
