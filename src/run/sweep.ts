import type { Engine, OwnedObject, RemovedCounts } from "../engines/engine.ts";
import type { Owner } from "../model/owner.ts";
import { stateOfOwner } from "../system/owner.ts";

/** An object of ours whose run is over, and how we know. */
export interface Leftover {
  readonly object: OwnedObject;
  readonly why: string;
}

/**
 * What dead runs left on the engine. Objects of a living run are never among them, nor those whose owner nobody here can
 * ask after: another host, another pid name space, a label that cannot be read.
 */
export async function findLeftovers(engine: Engine, self: Owner, signal: AbortSignal): Promise<readonly Leftover[]> {
  const objects = await engine.findObjects(signal);
  return objects.flatMap((object) => {
    if (object.owner === undefined || stateOfOwner(object.owner, self) !== "dead") return [];
    const why =
      object.owner.bootId === self.bootId
        ? `process ${object.owner.pid} of run ${object.runId} is gone`
        : `run ${object.runId} ended when this machine was restarted`;
    return [{ object, why }];
  });
}

/** Removes what dead runs left. @returns what was removed. */
export async function sweep(engine: Engine, self: Owner, signal: AbortSignal): Promise<RemovedCounts> {
  const leftovers = await findLeftovers(engine, self, signal);
  if (leftovers.length === 0) return { containers: 0, networks: 0, volumes: 0 };
  return engine.removeObjects(
    leftovers.map((leftover) => leftover.object),
    signal,
  );
}
