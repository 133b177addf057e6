import { preferredHostName } from "../model/host-name.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { isLocal, listensOn, type StepMention } from "./service-hosts.ts";

/**
 * Hosts that look like a service and are none: nearly the name of one, or at a port that one of them has. Hosts with a dot
 * are somewhere else, and so may be any other; only what is likely is told.
 *
 * @param others names that mean something in the job beside its services: its steps.
 */
export function findUnknownHosts(
  mentions: readonly StepMention[],
  services: readonly ServicePlan[],
  others: readonly string[],
): readonly Diagnostic[] {
  const names = services.flatMap((service) => service.hostNames);
  const known = new Set([...names, ...others].map((name) => name.toLowerCase()));
  const found = new Map<string, Diagnostic>();
  for (const mention of mentions) {
    const { host, step, text } = mention;
    if (host.includes(".") || isLocal(host) || known.has(host.toLowerCase()) || found.has(text)) continue;
    const meant = guessService(mention, services, names);
    if (meant === undefined) continue;
    found.set(text, {
      severity: "warning",
      code: "unknown-host",
      path: step.name,
      message: `${text}: no service of this job is called "${host}"; did you mean "${meant}"?`,
      at: step.at,
      hint: `names of its services: ${names.join(", ")}`,
    });
  }
  return [...found.values()];
}

function guessService(
  { host, port, kind }: StepMention,
  services: readonly ServicePlan[],
  names: readonly string[],
): string | undefined {
  const atPort = port === undefined ? undefined : services.find((service) => listensOn(service, port));
  if (kind === "address") return atPort && preferredHostName(atPort);
  return didYouMean(host, names) ?? (kind === "variable" ? undefined : atPort && preferredHostName(atPort));
}
