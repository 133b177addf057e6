import { preferredHostName } from "../model/host-name.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { isLocal, listensOn, type StepMention } from "./service-hosts.ts";

/**
 * Places that look for a service at localhost although the job's containers have a network each.
 *
 * @source DR-112
 */
export function findLocalhostMentions(
  mentions: readonly StepMention[],
  services: readonly ServicePlan[],
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { text, host, port, kind, step } of mentions) {
    if (!isLocal(host) || port === undefined) continue;
    const place = `${host}:${port}`;
    const service = services.find((candidate) => listensOn(candidate, port));
    const name = service && preferredHostName(service);
    if (service === undefined || name === undefined || found.has(place)) continue;
    found.set(place, {
      severity: "warning",
      code: "localhost-in-bridge-mode",
      path: step.name,
      message: `${kind === "variable" ? text : place} is service "${service.id}" only in shared network mode`,
      at: step.at,
      hint: `use ${name}:${port}, or let all containers share one network: --network shared`,
    });
  }
  return [...found.values()];
}
