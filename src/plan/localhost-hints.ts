import type { ServicePlan } from "../model/job-plan.ts";
import { knownPortsOf } from "../model/known-ports.ts";
import type { Job, Step } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

const LOCAL_ADDRESS = /(?<![\w.])(?:localhost|127\.0\.0\.1):(\d{2,5})\b/g;

/**
 * Places that look for a service at localhost although the job's containers have a network each.
 *
 * @source DR-112
 */
export function findLocalhostMentions(job: Job, services: readonly ServicePlan[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const step of job.steps.filter((candidate) => candidate.networkMode === undefined)) {
    for (const [mention, port] of mentionsIn(step)) {
      const service = services.find((candidate) => listensOn(candidate, port));
      const name = service?.hostNames[0];
      if (service === undefined || name === undefined || found.has(mention)) continue;
      found.set(mention, {
        severity: "warning",
        code: "localhost-in-bridge-mode",
        path: step.name,
        message: `${mention} is service "${service.id}" only in shared network mode`,
        at: step.at,
        hint: `use ${name}:${port}, or let all containers share one network: --network shared`,
      });
    }
  }
  return [...found.values()];
}

function mentionsIn(step: Step): readonly (readonly [mention: string, port: number])[] {
  const texts = [
    ...step.scripts.flatMap((script) => script.commands),
    ...[...step.variables.values()].filter((variable) => !variable.masked).map((variable) => variable.value),
  ];
  return texts.flatMap((text) =>
    [...text.matchAll(LOCAL_ADDRESS)].map((match) => [match[0], Number(match[1])] as const),
  );
}

function listensOn(service: ServicePlan, port: number): boolean {
  const own = service.readiness.kind === "tcp" ? service.readiness.ports : [];
  return [...own, ...service.declaredPorts, ...knownPortsOf(service.image.ref)].includes(port);
}
