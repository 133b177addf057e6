import { DEFAULT_JOB_TIMEOUT_MS, type NetworkChoice, type PlanChoices } from "../plan/choices.ts";
import { resolveHostPath } from "../system/host-paths.ts";
import type { TrustOptions } from "./commands/trust-options.ts";
import { parsePullPolicy } from "./pull-option.ts";
import { toTrustChoices } from "./trust-choices.ts";

export interface IdleRequest extends TrustOptions {
  readonly pull?: string;
  readonly network?: NetworkChoice;
  readonly mask: readonly string[];
}

/** What commands plan with that look at a file and start nothing. */
export function toIdleChoices(runId: string, request: IdleRequest): PlanChoices {
  return {
    runId,
    jobs: [],
    pullPolicy: parsePullPolicy(request.pull),
    network: request.network,
    services: "dialect",
    ...toTrustChoices(request),
    resolveHostPath,
    defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
    maskedNames: new Set(request.mask),
    showServiceLogs: false,
  };
}
