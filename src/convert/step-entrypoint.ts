import type { Losses } from "./losses.ts";
import type { PortableStep } from "./portable.ts";

/** Drone's and Woodpecker's steps with commands always start a shell; an entry point that was only cleared is no loss. */
export function tellEntrypoint({ step, commands, where }: PortableStep, losses: Losses): void {
  const own = step.entrypoint?.join("") ?? "";
  if (commands.length > 0 && own !== "") losses.add(`${where}: entrypoint`, "steps with commands start a shell");
}
