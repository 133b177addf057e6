import type { Engine, OwnedObject, RemovedCounts } from "../engines/engine.ts";
import type { Owner } from "../model/owner.ts";
import { stateOfOwner } from "../system/owner.ts";
import { assertNever } from "../text/assert-never.ts";

/** An object of ours whose run is over, and how we know. */
export interface Leftover {
  readonly object: OwnedObject;
  readonly why: string;
}

/** Who asks, and when. */
export interface Sweeper {
  readonly owner: Owner;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * What dead runs left on the engine. Objects of a living run are never among them. Where nobody here can ask after the
 * owner (another host, another pid name space), only those whose lease is over; without one, and with a label that cannot
 * be read, none.
 */
export async function findLeftovers(
  engine: Pick<Engine, "findObjects">,
  sweeper: Sweeper,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const objects = await engine.findObjects(signal);
  return objects.flatMap((object) => {
    const why = whyLeft(object, sweeper);
    return why === undefined ? [] : [{ object, why }];
  });
}

/** Removes what dead runs left. @returns what was removed. */
export async function sweep(engine: Engine, sweeper: Sweeper, signal: AbortSignal): Promise<RemovedCounts> {
  const leftovers = await findLeftovers(engine, sweeper, signal);
  if (leftovers.length === 0) return { containers: 0, networks: 0, volumes: 0 };
  return engine.removeObjects(
    leftovers.map((leftover) => leftover.object),
    signal,
  );
}

/** Undefined: it is, or may be, in use. */
function whyLeft({ owner, runId, leaseUntil }: OwnedObject, sweeper: Sweeper): string | undefined {
  if (owner === undefined) return undefined;
  const state = stateOfOwner(owner, sweeper.owner);
  switch (state) {
    case "alive":
      return undefined;
    case "dead":
      return owner.bootId === sweeper.owner.bootId
        ? `process ${owner.pid} of run ${runId} is gone`
        : `run ${runId} ended when this machine was restarted`;
    case "unknown":
      if (leaseUntil === undefined || sweeper.now < leaseUntil) return undefined;
      return `run ${runId} of host ${owner.host} should have ended by ${new Date(leaseUntil).toISOString()}`;
    default:
      return assertNever(state);
  }
}
