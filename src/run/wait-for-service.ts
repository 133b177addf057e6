import { chooseProbes } from "./health/choose-probes.ts";
import { explainSilence } from "./health/listening-ports.ts";
import type { Probe } from "./health/probe.ts";
import { waitUntilReady } from "./health/wait-until-ready.ts";
import { JobStopped } from "./job-end.ts";
import { sinceStart, type Watched } from "./watched-service.ts";

/** Resolves when the job need not wait for it any more. @param settled resolves when its end was told. */
export async function waitUntilUsable(watched: Watched, settled: Promise<void>): Promise<void> {
  const { context, plan, running, image } = watched;
  const probes = chooseProbes({ plan, running, image }, context.clock.elapsed);
  if (plan.readiness.kind === "none") return;
  if (probes.length === 0) {
    if (!(await running.isOver(context.signal))) return nothingToProbe(watched);
    await settled;
    return context.signal.throwIfAborted();
  }
  const ended = new AbortController();
  const wait = waitForProbes(
    watched,
    probes,
    plan.readiness.timeoutMs,
    settled,
    AbortSignal.any([context.signal, ended.signal]),
  );
  // Its end was told by `tellServiceEnd`; the wait has nothing left to prove.
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
  settled: Promise<void>,
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
    if (result.note === undefined) return;
    context.services.doubted(plan.id, result.note);
    tellNote(watched, result.note);
    return;
  }
  // What cannot be asked any more is not unready: its end is told.
  if (await watched.running.isOver(signal)) return await settled;
  const silence = await explainSilence(watched.running, watched.running.exposedTcpPorts, signal);
  const detail = silence === undefined ? result.detail : `${result.detail}; ${silence}`;
  notReady(watched, result.probe, `not ready after ${timeoutMs / 1000} s: ${detail}`);
}

/** The process lives, but nothing proves that it is ready. What follows is the plan's choice. */
function notReady(watched: Watched, probe: string, reason: string): void {
  const { context, plan, running } = watched;
  const logTail = watched.tail();
  context.services.doubted(plan.id, reason);
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

function tellNote({ context, plan }: Watched, text: string): void {
  context.emit({ type: "run.note", level: "note", job: context.plan.name, text: `service ${plan.id}: ${text}` });
}
