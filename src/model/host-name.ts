import type { ServicePlan } from "./job-plan.ts";

/** The name to tell people: the one the service goes by if it is reached by that, which is the user's own alias. */
export function preferredHostName({ id, hostNames }: ServicePlan): string | undefined {
  return hostNames.includes(id) ? id : hostNames[0];
}
