import type { ServicePlan } from "../model/job-plan.ts";
import { atItsPlace } from "./at-its-place.ts";
import type { JobContext } from "./job-context.ts";
import { openLogStream } from "./log-stream.ts";
import { tellServiceEnd } from "./tell-service-end.ts";
import { waitUntilUsable } from "./wait-for-service.ts";
import { watchMemory } from "./watch-memory.ts";
import type { Watched } from "./watched-service.ts";

const LOG_TAIL_LINES = 20;

/** A service that was started; it is watched from here on until the job closes. */
export interface ServiceLife {
  readonly plan: ServicePlan;
  /** Resolves when the job need not wait for it any more: ready, warned about, or ended without harm. */
  waitUntilUsable(): Promise<void>;
  readonly isAlive: () => boolean;
  /** Resolves at once while it runs, else when its end was told: the last of its log comes first. */
  hearOfEnd(): Promise<void>;
  /** Resolves when its end was noticed and told; call after it was stopped. */
  readonly settled: Promise<void>;
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
    onLines: (fd, block) => context.emitLines({ type: "service.log", job, service: plan.id, fd }, block),
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
    tellServiceEnd(watched, end);
  });
  return {
    plan,
    settled,
    isAlive: () => watched.isAlive,
    hearOfEnd: async () => {
      if (await running.isOver(context.signal)) await settled;
    },
    waitUntilUsable: async () => {
      await waitUntilUsable(watched, settled);
      watched.isInUse = true;
    },
  };
}
