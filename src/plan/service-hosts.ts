// Texts of a job that name hosts, and which of its services they mean.

import type { ServicePlan } from "../model/job-plan.ts";
import { knownPortsOf } from "../model/known-ports.ts";
import type { Job } from "../model/pipeline.ts";
import type { Step } from "../model/step.ts";
import { findHostMentions, findHostVariable, type HostMention } from "../text/host-mentions.ts";

export interface StepMention extends HostMention {
  readonly step: Step;
}

/** What the file itself says in the steps of a job's own network; masked values stay unread. */
export function mentionsOf(job: Job): readonly StepMention[] {
  const ofThisNetwork = job.steps.filter((step) => step.networkMode === undefined);
  return ofThisNetwork.flatMap((step) => {
    const commands = step.scripts.flatMap((script) => script.commands);
    const found = commands.flatMap(findHostMentions);
    step.variables.forEach(({ value, masked, origin }, name) => {
      if (masked || origin === "predefined") return;
      found.push(...findHostMentions(value), ...findHostVariable(name, value));
    });
    return found.map((mention) => ({ ...mention, step }));
  });
}

export function isLocal(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1";
}

/** As far as the file and the image's name tell. */
export function listensOn(service: ServicePlan, port: number): boolean {
  const own = service.readiness.kind === "tcp" ? service.readiness.ports : [];
  return [...own, ...service.declaredPorts, ...knownPortsOf(service.image.ref)].includes(port);
}
