import type { JobPlan } from "../model/job-plan.ts";
import type { Job, NetworkMode } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { findLocalhostMentions } from "./localhost-hints.ts";
import { mentionsOf } from "./service-hosts.ts";
import { findUnknownHosts } from "./unknown-hosts.ts";

/** Hosts in a job's commands and variables that are likely to be one of its services, and by these names are not. */
export function findHostMistakes(
  job: Job,
  network: NetworkMode,
  { services, steps }: Pick<JobPlan, "services" | "steps">,
): readonly Diagnostic[] {
  if (services.length === 0) return [];
  const mentions = mentionsOf(job);
  const others = steps.flatMap((step) => step.hostNames);
  return [
    ...(network === "bridge" ? findLocalhostMentions(mentions, services) : []),
    ...findUnknownHosts(mentions, services, others),
  ];
}
