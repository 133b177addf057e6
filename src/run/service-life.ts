import type { ContainerEnd, FetchedImage, RunningService } from "../engines/engine.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import { EngineUnavailableError } from "../model/outrigger-error.ts";
import { findTakenPorts } from "./address-in-use.ts";
import { atItsPlace } from "./at-its-place.ts";
import { chooseProbes } from "./health/choose-probes.ts";
import { explainSilence } from "./health/listening-ports.ts";
import type { Probe } from "./health/probe.ts";
import { waitUntilReady } from "./health/wait-until-ready.ts";
import type { JobContext } from "./job-context.ts";
import { JobStopped, type ServiceDied } from "./job-end.ts";
import { openLogStream } from "./log-stream.ts";
import { describeServiceEnd, isMeantToEnd } from "./service-end.ts";
import { type MemoryWatch, watchMemory } from "./watch-memory.ts";

const LOG_TAIL_LINES = 20;

/** A service that was started; it is watched from here on until the job closes. */
export interface ServiceLife {
  readonly plan: ServicePlan;
  /** Resolves when the job need not wait for it any more: ready, warned about, or ended without harm. */
  waitUntilUsable(): Promise<void>;
  readonly isAlive: () => boolean;
  /** Resolves when its end was noticed and told; call after it was stopped. */
  readonly settled: Promise<void>;
}

interface Watched {
  readonly context: JobContext;
  readonly plan: ServicePlan;
  readonly image: FetchedImage;
  readonly running: RunningService;
  readonly startedAt: number;
  readonly tail: () => readonly string[];
  wasReady: boolean;
  isAlive: boolean;
  /** The job waits for it no more: steps may use it. */
  isInUse: boolean;
  readonly memory: MemoryWatch | undefined;
}

/** Fetches the image, starts the container, keeps its log and watches it. Resolves when the container runs. */
export async function startServiceLife(plan: ServicePlan, context: JobContext): Promise<ServiceLife> {
  const image = await context.images.fetch(plan.image);
  context.signal.throwIfAborted();
  const job = context.plan.name;
  context.emit({
    type: "service.starting",
    job,
    service: plan.id,
    image: plan.image.ref.text,
    hostNames: plan.hostNames,
  });
  const log = openLogStream({
    mask: context.mask,
    tailLines: LOG_TAIL_LINES,
    onLines: (fd, texts) => context.emitLines({ type: "service.log", job, service: plan.id, fd }, texts),
    pressure: context.pressure,
  });
  const startedAt = context.clock.elapsed();
  const starting = context.sandbox.startService(plan, log.sink, context.signal);
  const running = await atItsPlace(`service "${plan.id}"`, plan, starting);
  const address = running.address;
  context.emit({
    type: "service.started",
    job,
    service: plan.id,
    container: running.containerName,
    ...(address === undefined ? {} : { address }),
  });
  const watched: Watched = {
    context,
    plan,
    image,
    running,
    startedAt,
    tail: log.tail,
    memory: plan.memoryBytes === undefined ? undefined : watchMemory(running, context.clock),
    wasReady: false,
    isAlive: true,
    isInUse: false,
  };
  context.services.started(plan.id, [...new Set([...running.exposedTcpPorts, ...plan.declaredPorts])]);
  const settled = running.ended.then((end) => {
    watched.isAlive = false;
    watched.memory?.stop();
    log.end();
    tellEnd(watched, end);
  });
  return {
    plan,
    settled,
    isAlive: () => watched.isAlive,
    waitUntilUsable: async () => {
      await waitUntilUsable(watched, settled);
      watched.isInUse = true;
    },
  };
}

async function waitUntilUsable(watched: Watched, settled: Promise<void>): Promise<void> {
  const { context, plan, running, image } = watched;
  const probes = chooseProbes({ plan, running, image }, context.clock.elapsed);
  if (plan.readiness.kind === "none") return;
  if (probes.length === 0) return nothingToProbe(watched);
  const ended = new AbortController();
  const wait = waitForProbes(
    watched,
    probes,
    plan.readiness.timeoutMs,
    AbortSignal.any([context.signal, ended.signal]),
  );
  // Its end was told by `tellEnd`; the wait has nothing left to prove.
  await Promise.race([wait, settled]);
  ended.abort(new Error("service ended"));
  await wait.catch((error: unknown) => {
    if (ended.signal.reason !== error) throw error;
  });
  context.signal.throwIfAborted();
}

async function waitForProbes(
  watched: Watched,
  probes: readonly Probe[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { context, plan } = watched;
  const subject = { job: context.plan.name, service: plan.id };
  const result = await waitUntilReady({
    probes,
    timeoutMs,
    clock: context.clock,
    signal,
    onWaiting: (probe, detail, tries, afterMs) =>
      context.emit({ type: "service.waiting", ...subject, probe, detail, tries, afterMs, timeoutMs }),
    onGivenUp: (probe, detail) => tellNote(watched, `probe ${probe} cannot tell: ${detail}`),
  });
  const afterMs = sinceStart(watched);
  if (result.kind === "ready") {
    watched.wasReady = true;
    context.emit({ type: "service.ready", ...subject, probe: result.probe, answer: result.answer, afterMs });
    if (result.note !== undefined) tellNote(watched, result.note);
    return;
  }
  const silence = await explainSilence(watched.running, watched.running.exposedTcpPorts, signal);
  const detail = silence === undefined ? result.detail : `${result.detail}; ${silence}`;
  notReady(watched, result.probe, `not ready after ${timeoutMs / 1000} s: ${detail}`);
}

/** The process lives, but nothing proves that it is ready. What follows is the plan's choice. */
function notReady(watched: Watched, probe: string, reason: string): void {
  const { context, plan, running } = watched;
  const logTail = watched.tail();
  context.emit({
    type: "service.unready",
    job: context.plan.name,
    service: plan.id,
    container: running.containerName,
    probe,
    reason,
    afterMs: sinceStart(watched),
    logTail,
  });
  if (context.plan.servicePolicy.whenNotReady === "warn") return;
  context.stop(new JobStopped({ kind: "service_not_ready", service: plan, reason, logTail }));
}

function nothingToProbe(watched: Watched): void {
  const { context, plan, running } = watched;
  if (context.plan.servicePolicy.whenNothingToProbe === "warn") {
    context.emit({
      type: "service.unready",
      job: context.plan.name,
      service: plan.id,
      container: running.containerName,
      probe: "none",
      reason: `service "${running.containerName}" has no exposed ports`,
      afterMs: sinceStart(watched),
      logTail: watched.tail(),
    });
    return;
  }
  watched.wasReady = true;
  context.emit({
    type: "service.ready",
    job: context.plan.name,
    service: plan.id,
    probe: "none",
    answer: "no exposed ports, nothing to probe",
    afterMs: sinceStart(watched),
  });
}

function tellEnd(watched: Watched, end: ContainerEnd): void {
  const { context, plan, running } = watched;
  const subject = { job: context.plan.name, service: plan.id };
  const exitCode = end.exitCode ?? null;
  const takenPort = findTakenPort(watched);
  // Somebody else's port answered its probe: it never was ready.
  const { whenDead, whenFinished } = context.plan.servicePolicy;
  const whenEarly = end.exitCode === 0 && takenPort === undefined ? whenFinished : whenDead;
  const reaction = watched.isInUse && takenPort === undefined ? plan.whenDeadInUse : whenEarly;
  const isMeant = isMeantToEnd(plan, running.exposedTcpPorts, end) || reaction === "ignore";
  if (context.isClosing() || isMeant) {
    context.services.ended(plan.id);
    context.emit({ type: "service.ended", ...subject, exitCode, why: context.isClosing() ? "stopped" : "done" });
    return;
  }
  context.services.died(plan.id, end, context.clock.elapsed());
  const memory = watched.memory?.last();
  const died = {
    kind: "service_died",
    service: plan,
    end,
    wasReady: watched.wasReady && takenPort === undefined,
    afterMs: sinceStart(watched),
    logTail: watched.tail(),
    ...(takenPort === undefined ? {} : { takenPort }),
    ...(memory === undefined ? {} : { memory }),
  } as const;
  // Nobody knows how it ended: then not the service is lost, but the engine, and with it the job.
  const isEngineLost = end.exitCode === undefined;
  const fatal = !isEngineLost && reaction === "fail";
  context.emit({
    type: "service.failed",
    ...subject,
    image: plan.image.ref.text,
    exitCode,
    oomKilled: end.oomKilled,
    wasReady: died.wasReady,
    fatal,
    reason: describeServiceEnd(died),
    afterMs: died.afterMs,
    logTail: died.logTail,
  });
  if (isEngineLost) context.stop(new JobStopped({ kind: "error", error: lostEngine(end.error) }));
  else if (fatal) context.stop(new JobStopped(died));
}

/** In a name space that all share, a port belongs to whoever was first (DR-109). */
function findTakenPort({ context, plan, running, tail }: Watched): ServiceDied["takenPort"] {
  if (context.plan.network !== "shared" || plan.networkMode !== undefined) return undefined;
  for (const port of findTakenPorts(tail(), [...running.exposedTcpPorts, ...plan.declaredPorts])) {
    const holder = context.services.holderOf(port, plan.id);
    if (holder !== undefined) return { port, holder };
  }
  return undefined;
}

function lostEngine(error = "the engine lost a container and cannot say how it ended"): EngineUnavailableError {
  return new EngineUnavailableError(error, { hint: "look at the engine's own log, then run it again" });
}

function tellNote({ context, plan }: Watched, text: string): void {
  context.emit({ type: "run.note", level: "note", job: context.plan.name, text: `service ${plan.id}: ${text}` });
}

function sinceStart(watched: Watched): number {
  return Math.round(watched.context.clock.elapsed() - watched.startedAt);
}
