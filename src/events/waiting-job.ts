import type { RunStartedJob } from "./run-event.ts";
import type { JobView, ServiceView } from "./run-view.ts";

/** Nothing has happened to it yet, or its next attempt begins. */
export function waitingJob(job: RunStartedJob | JobView): JobView {
  return {
    name: job.name,
    stage: job.stage,
    image: job.image,
    state: "waiting",
    attempt: 1,
    startedAt: undefined,
    scriptStartedAt: undefined,
    services: job.services.map(waitingService),
    steps: toStepNames(job),
    showServiceLogs: job.showServiceLogs,
    exitCode: null,
    allowed: false,
    willRetry: false,
    waitedMs: 0,
    scriptMs: 0,
    cause: undefined,
    artifactsFrom: [],
    artifacts: undefined,
    caches: [],
    tests: undefined,
    coveragePercent: undefined,
  };
}

function toStepNames(job: RunStartedJob | JobView): ReadonlyMap<string, string> {
  if ("state" in job) return job.steps;
  return new Map((job.steps ?? []).map(({ id, name }) => [id, name] as const));
}

export function waitingService({ id, image }: { readonly id: string; readonly image: string }): ServiceView {
  return {
    id,
    image,
    state: "waiting",
    hostNames: [],
    startedAt: undefined,
    container: undefined,
    address: undefined,
    probe: undefined,
    answer: undefined,
    tries: 0,
    timeoutMs: undefined,
    readyAfterMs: undefined,
    exitCode: null,
    oomKilled: false,
    reason: undefined,
    failedAfterMs: undefined,
    logTail: [],
  };
}
