import type { ServicePlan, StepPlan } from "../model/job-plan.ts";
import type { Job } from "../model/pipeline.ts";
import type { Step } from "../model/step.ts";
import { hostNameForms } from "./drone-names.ts";
import { planContainer } from "./plan-containers.ts";
import type { PlanContext } from "./planning.ts";

/**
 * The steps of a job with what each waits for.
 *
 * @param ids one for each step, in order: two steps may have one name (DR-37).
 */
export function planSteps(
  job: Job,
  ids: readonly string[],
  services: readonly ServicePlan[],
  context: PlanContext,
): readonly StepPlan[] {
  const taken = new Set(services.flatMap((service) => service.hostNames));
  return job.steps.flatMap((step, index) => {
    const core = planContainer(step, ids[index] ?? step.name, context);
    if (core === undefined) return [];
    return {
      ...core,
      workingDir: core.workingDir ?? job.workspace.sourcePath,
      name: step.name,
      hostNames: hostNamesOf(step, context).filter((name) => !taken.has(name)),
      scripts: step.scripts,
      dependsOn: predecessorIds(job.steps, index, ids),
      detach: step.detach,
      when: step.when,
      ignoreFailure: step.ignoreFailure,
      needsServices: step.needsServices ?? true,
    };
  });
}

/** GitLab's job is `build` to its services (GS-413); a step of Drone has its own name (DR-89). */
function hostNamesOf(step: Step, { dialect }: PlanContext): readonly string[] {
  if (step.networkMode !== undefined) return [];
  return dialect === "gitlab" ? ["build"] : hostNameForms(step.name);
}

/** Without a word in the file: every step before it. */
function predecessorIds(steps: readonly Step[], index: number, ids: readonly string[]): readonly string[] {
  const names = steps[index]?.dependsOn;
  if (names === undefined) return ids.slice(0, index);
  const wanted = new Set(names);
  return steps.flatMap((step, other) => (other !== index && wanted.has(step.name) ? (ids[other] ?? []) : []));
}
