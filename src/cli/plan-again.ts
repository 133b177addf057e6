import type { RunPlan } from "../model/run-plan.ts";
import type { RunContext } from "../run/job-context.ts";
import { planChildren } from "./plan-children.ts";
import type { Replanning } from "./replanning.ts";
import { ReportedPlans } from "./reported-plans.ts";

/**
 * Makes plans once what jobs left for others is known.
 *
 * @param plan of the run as it starts.
 */
export function createPlanAgain(
  replanning: Omit<Replanning, "started" | "scheduled">,
  plan: RunPlan,
): Pick<RunContext, "planAgain" | "planChildren"> {
  const shared: Replanning = { ...replanning, started: [], scheduled: [...plan.jobs] };
  const plans = new ReportedPlans(shared);
  return {
    planAgain: (job, variables) => plans.planOf(job, variables),
    planChildren: async (bridge, given) => {
      const jobs = await planChildren(shared, bridge, given);
      shared.scheduled.push(...jobs);
      return jobs;
    },
  };
}
