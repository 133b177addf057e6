import { imageAfter } from "./image-after.ts";
import type { StateEvent } from "./log-lines.ts";
import type { RunEvent } from "./run-event.ts";
import type { CacheView, JobView, RunView } from "./run-view.ts";
import { type ServiceEvent, serviceAfter } from "./service-after.ts";
import { waitingJob, waitingService } from "./waiting-job.ts";

/**
 * Pure: same view and event, same result. An event we have already seen changes nothing. A log line costs no copy: it is
 * not kept and does not move `seq`, since replaying it changes nothing either.
 */
export function applyEvent(view: RunView, event: RunEvent): RunView {
  if (event.type === "job.log" || event.type === "service.log" || event.seq <= view.seq) return view;
  return { ...reduce(view, event, Date.parse(event.t)), seq: event.seq };
}

function reduce(view: RunView, event: StateEvent, atMs: number): RunView {
  switch (event.type) {
    case "run.started":
      return {
        ...view,
        runId: event.run,
        state: "running",
        startedAt: atMs,
        file: event.file,
        dialect: event.dialect,
        engine: event.engine,
        changedFiles: event.changedFiles,
        jobs: new Map(event.jobs.map((job) => [job.name, waitingJob(job)])),
      };
    case "run.extended":
      return { ...view, jobs: withJobsAfter(view.jobs, event.parent, event.jobs.map(waitingJob)) };
    case "run.note":
      return { ...view, notes: [...view.notes, { level: event.level, text: event.text, job: event.job }] };
    case "image.pulling":
    case "image.progress":
    case "image.retrying":
    case "image.pulled":
    case "image.failed":
      return {
        ...view,
        images: new Map(view.images).set(event.image, imageAfter(view.images.get(event.image), event, atMs)),
      };
    case "job.started":
      return withJob(view, event.job, (job) => ({
        ...waitingJob(job),
        state: "preparing",
        attempt: event.attempt,
        startedAt: atMs,
      }));
    case "script.started":
      // Before the sources are there the job is still being prepared.
      if (event.script === "before") return view;
      return withJob(view, event.job, (job) => ({
        ...job,
        state: "running",
        scriptStartedAt: job.scriptStartedAt ?? atMs,
      }));
    case "script.finished":
      return event.script === "main" ? withJob(view, event.job, (job) => ({ ...job, exitCode: event.exitCode })) : view;
    case "artifacts.restored":
      return withJob(view, event.job, (job) => ({ ...job, artifactsFrom: event.from }));
    case "artifacts.kept":
      return withJob(view, event.job, (job) => ({
        ...job,
        artifacts: { files: event.files, bytes: event.bytes, folder: event.folder },
      }));
    case "cache.restored":
      return withCache(view, event, { found: event.found });
    case "cache.kept":
      return withCache(view, event, { kept: { files: event.files, bytes: event.bytes } });
    case "tests.reported": {
      const { total, failed, skipped, failures } = event;
      return withJob(view, event.job, (job) => ({ ...job, tests: { total, failed, skipped, failures } }));
    }
    case "job.finished":
      return withJob(view, event.job, (job) => ({
        ...job,
        state: event.state,
        exitCode: event.exitCode,
        allowed: event.allowed,
        attempt: event.attempt,
        willRetry: event.willRetry,
        // A job that failed while it waited did nothing else.
        waitedMs:
          job.scriptStartedAt === undefined && job.startedAt !== undefined ? atMs - job.startedAt : event.waitedMs,
        scriptMs: event.scriptMs,
        coveragePercent: event.coveragePercent,
        cause: event.cause,
      }));
    case "run.cleaned":
      return {
        ...view,
        cleaned: {
          containers: event.containers,
          networks: event.networks,
          volumes: event.volumes,
          problems: event.problems,
        },
      };
    case "run.finished":
      return {
        ...view,
        state: event.state,
        exitCode: event.exitCode,
        afterMs: event.afterMs,
        cause: event.cause,
      };
    default:
      return withService(view, event, atMs);
  }
}

/** Behind the job that brings them. */
function withJobsAfter(jobs: RunView["jobs"], parent: string, added: readonly JobView[]): RunView["jobs"] {
  const named = added.map((job) => [job.name, job] as const);
  const entries = [...jobs].flatMap(([name, job]) => [[name, job] as const, ...(name === parent ? named : [])]);
  return new Map(jobs.has(parent) ? entries : [...entries, ...named]);
}

function withJob(view: RunView, name: string, change: (job: JobView) => JobView): RunView {
  const job = view.jobs.get(name) ?? waitingJob({ name, image: "", services: [], showServiceLogs: false });
  return { ...view, jobs: new Map(view.jobs).set(name, change(job)) };
}

function withCache(
  view: RunView,
  { job: name, key }: { readonly job: string; readonly key: string },
  change: Partial<CacheView>,
): RunView {
  return withJob(view, name, (job) => {
    const before = job.caches.find((cache) => cache.key === key) ?? { key, found: undefined, kept: undefined };
    return { ...job, caches: [...job.caches.filter((cache) => cache.key !== key), { ...before, ...change }] };
  });
}

function withService(view: RunView, event: ServiceEvent, atMs: number): RunView {
  return withJob(view, event.job, (job) => {
    const isLive = job.state === "preparing" || job.state === "running";
    // Services are stopped when an attempt is over; the next attempt may have begun by then, and has its own.
    if (event.type === "service.ended" && event.why === "stopped" && isLive) return job;
    const index = job.services.findIndex((service) => service.id === event.service);
    const before = job.services[index] ?? waitingService({ id: event.service, image: "" });
    const after = serviceAfter(before, event, atMs);
    return { ...job, services: index < 0 ? [...job.services, after] : job.services.with(index, after) };
  });
}
