import type { Job, NetworkMode } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { NetworkChoice } from "./choices.ts";
import { findPortClashes, type PortClash } from "./port-clashes.ts";

export interface NetworkDecision {
  readonly mode: NetworkMode;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Whether a job's containers share one network name space: what the person says, else the dialect's way, which gives way to
 * `bridge` when two services certainly share a port and nothing in the file mentions localhost.
 *
 * @source DR-98, DR-108, DR-111
 */
export function decideNetwork(job: Job, choice: NetworkChoice | undefined): NetworkDecision {
  if (choice === "bridge" || choice === "shared") return fixed(job, choice);
  const mayLeave = choice === "auto" || job.networkCertainty === "default";
  const [clash] = job.network === "shared" ? findPortClashes(job.services) : [];
  if (clash === undefined || !mayLeave || job.mentionsLocalhost === true) return fixed(job, job.network);
  return { mode: "bridge", diagnostics: [fallback(job, clash)] };
}

function fixed(job: Job, mode: NetworkMode): NetworkDecision {
  return { mode, diagnostics: mode === "shared" ? findPortClashes(job.services).map((clash) => warn(job, clash)) : [] };
}

function warn(job: Job, clash: PortClash): Diagnostic {
  return {
    ...toFinding(job, clash),
    message: `services ${names(clash)} both listen on ${clash.port}; in shared network mode only one can`,
    hint: "use --network bridge, or give one of them another port",
  };
}

function fallback(job: Job, clash: PortClash): Diagnostic {
  return {
    ...toFinding(job, clash),
    message: `services ${names(clash)} both listen on ${clash.port}: this job runs in bridge mode, where services are reached by name`,
    hint: "with different ports they could share one network, or choose yourself: --network shared",
  };
}

function toFinding(job: Job, clash: PortClash): Pick<Diagnostic, "severity" | "code" | "path" | "at"> {
  return { severity: "warning", code: "port-clash", path: job.name, at: clash.services[1]?.at ?? job.at };
}

function names(clash: PortClash): string {
  return clash.services.map((service) => `"${service.label}"`).join(" and ");
}
