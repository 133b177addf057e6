import type { ExecResult, RunningService } from "../../engines/engine.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";

type Ended = Extract<ExecResult, { kind: "ended" }>;

/**
 * A probe that runs a command inside the service's own container.
 *
 * A command that is not in the image (127, 126, or refused by the engine) makes the probe give way to the next one.
 */
export function execProbe(
  name: string,
  running: RunningService,
  argv: readonly string[],
  judge: (result: Ended) => ProbeAnswer,
): Probe {
  return {
    name,
    check: async (signal) => {
      const result = await running.exec(argv, signal);
      if (result.kind === "not_run") return { kind: "cannot", detail: result.detail };
      if (result.exitCode === 127 || result.exitCode === 126) {
        return { kind: "cannot", detail: firstLine(result) || `${argv[0] ?? name} is not in the image` };
      }
      return judge(result);
    },
  };
}

/** What a command had to say, in one line. */
export function firstLine(result: Ended): string {
  const text = result.stdout.trim() || result.stderr.trim();
  return text.split("\n")[0]?.trim().slice(0, 200) ?? "";
}
