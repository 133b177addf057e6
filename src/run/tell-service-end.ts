import type { ContainerEnd } from "../engines/engine.ts";
import { EngineUnavailableError } from "../model/outrigger-error.ts";
import { findTakenPorts } from "./address-in-use.ts";
import { JobStopped, type ServiceDied } from "./job-end.ts";
import { describeServiceEnd, isMeantToEnd } from "./service-end.ts";
import { sinceStart, type Watched } from "./watched-service.ts";

/** Says how a service ended, and stops the job when it cannot do without. */
export function tellServiceEnd(watched: Watched, end: ContainerEnd): void {
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
