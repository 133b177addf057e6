import type { RunStartedJob } from "../events/run-event.ts";
import type { StepPlan } from "../model/job-plan.ts";
import type { ScheduledJob } from "../model/run-plan.ts";

/** Jobs as the events introduce them. */
export function toStartedJobs(jobs: readonly ScheduledJob[]): readonly RunStartedJob[] {
  return jobs.map(({ plan: job, awaitsReports }) => ({
    name: job.name,
    ...(job.stage === undefined ? {} : { stage: job.stage }),
    image: job.steps[0]?.image.ref.text ?? "",
    // Which services it has is not known yet.
    services: (awaitsReports === true ? [] : job.services).map((service) => ({
      id: service.id,
      image: service.image.ref.text,
    })),
    ...(job.steps.length > 1 ? { steps: job.steps.map(toStartedStep) } : {}),
    showServiceLogs: job.showServiceLogs,
  }));
}

function toStartedStep({ id, name, image }: StepPlan): { id: string; name: string; image: string } {
  return { id, name, image: image.ref.text };
}
