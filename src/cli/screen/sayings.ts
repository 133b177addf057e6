import type { JobView, ServiceView } from "../../events/run-view.ts";
import type { Look, Tone } from "./look.ts";

/** How a service's process ended: `exited 1`, `was killed: out of memory`. */
export function describeServiceEnd(service: Pick<ServiceView, "exitCode" | "oomKilled" | "reason">): string {
  if (service.oomKilled) return "was killed: out of memory";
  return service.exitCode === null ? (service.reason ?? "was lost") : `exited ${service.exitCode}`;
}

/** A job's state as one symbol. */
export function sayJob(job: JobView, look: Look): string {
  const { symbols, paint } = look;
  switch (job.state) {
    case "passed":
      return paint.tone("good", symbols.good);
    case "waiting":
    case "skipped":
    case "manual":
      return paint.tone("dim", "-");
    case "preparing":
    case "running":
      return symbols.running;
    default:
      return job.allowed ? paint.tone("warning", symbols.warning) : paint.tone("bad", symbols.bad);
  }
}

/** The colour of a job's state. */
export function toneOfJob(job: JobView): Tone {
  if (job.state === "passed") return "good";
  if (job.state === "skipped" || job.state === "manual" || job.state === "waiting") return "dim";
  return job.allowed ? "warning" : "bad";
}
