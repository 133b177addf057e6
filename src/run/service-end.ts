import type { ContainerEnd } from "../engines/engine.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import type { ServiceDied } from "./job-end.ts";

/**
 * Exit 0 of a service without a port is the end of its work, not a failure: an init container, or an image that is no
 * server (`php:7` as a service, in GitLab's own document).
 */
export function isMeantToEnd(plan: ServicePlan, exposedTcpPorts: readonly number[], end: ContainerEnd): boolean {
  return end.exitCode === 0 && exposedTcpPorts.length === 0 && plan.readiness.kind !== "tcp";
}

/** `exited 1 after 0.6 s, before it was ready`. */
export function describeServiceEnd(died: Omit<ServiceDied, "kind">): string {
  const after = `after ${(died.afterMs / 1000).toFixed(1)} s`;
  const when = died.wasReady ? "while the job needed it" : "before it was ready";
  if (died.takenPort !== undefined) {
    const { port, holder } = died.takenPort;
    return `could not listen on ${port}: already used by service "${holder}"`;
  }
  if (died.end.oomKilled) return `was killed ${after}: out of memory, ${when}`;
  if (died.end.error !== undefined && died.end.exitCode === undefined) return `ended ${after}: ${died.end.error}`;
  if (died.end.error !== undefined) return `could not start: ${died.end.error}`;
  return `exited ${died.end.exitCode ?? "with an unknown code"} ${after}, ${when}`;
}
