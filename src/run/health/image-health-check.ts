import type { ImageHealthCheck, RunningService } from "../../engines/engine.ts";
import { execProbe, firstLine } from "./exec-probe.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";
import { tcpProbe } from "./tcp.ts";

/**
 * How long a failing `HEALTHCHECK` is believed while the ports already accept. GitLab Runner never asks it, so a check
 * that can never pass must not keep a file from running; one that is merely slow is worth waiting for.
 */
const PATIENCE_MS = 10_000;

/**
 * The image's own `HEALTHCHECK`, run by us from the first moment: the engine runs it at the image's slow interval.
 *
 * @source `design.md` 4.1
 */
export function imageHealthCheckProbe(
  running: RunningService,
  healthCheck: ImageHealthCheck,
  ports: readonly number[],
  elapsed: () => number,
): Probe {
  const ask = execProbe("HEALTHCHECK", running, healthCheck.argv, (result) =>
    result.exitCode === 0
      ? { kind: "ready", answer: firstLine(result) || "exit code 0" }
      : { kind: "not_yet", detail: `exit code ${result.exitCode}${withColon(firstLine(result))}` },
  );
  const tcp = ports.length === 0 ? undefined : tcpProbe(running, ports);
  let acceptsSince: number | undefined;
  const check = async (signal: AbortSignal): Promise<ProbeAnswer> => {
    const answer = await ask
      .check(AbortSignal.any([signal, AbortSignal.timeout(healthCheck.timeoutMs)]))
      .catch((error: unknown): ProbeAnswer => {
        if (signal.aborted) throw error;
        return { kind: "not_yet", detail: `no answer in ${healthCheck.timeoutMs} ms` };
      });
    if (answer.kind !== "not_yet" || tcp === undefined) return answer;
    const dialled = await tcp.check(signal);
    if (dialled.kind !== "ready") {
      acceptsSince = undefined;
      return answer;
    }
    acceptsSince ??= elapsed();
    if (elapsed() - acceptsSince < PATIENCE_MS) return answer;
    const note = `its HEALTHCHECK still fails: ${answer.detail}`;
    return { kind: "ready", answer: dialled.answer, by: tcp.name, note };
  };
  return { name: ask.name, check };
}

function withColon(text: string): string {
  return text === "" ? "" : `: ${text}`;
}
