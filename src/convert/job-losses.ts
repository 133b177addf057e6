import type { Losses } from "./losses.ts";
import type { PortableJob } from "./portable.ts";

/** What GitLab says about a job, and Drone, Woodpecker and compose have no words for. */
export function tellJobLosses({ job, where }: PortableJob, losses: Losses): void {
  if (job.retry.max > 0) losses.add(`${where}: retry`);
  if (job.timeoutMs !== undefined) losses.add(`${where}: timeout`, "the server's own limit holds");
  if (job.showServiceLogs) losses.add(`${where}: CI_DEBUG_SERVICES`, "outrigger run --service-logs shows them");
}
