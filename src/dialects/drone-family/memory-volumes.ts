import { presentField } from "./accept.ts";
import type { PipelineVolume, Place } from "./scope.ts";
import { itemsOf, textOf, valueAt } from "./values.ts";

/** A volume in memory is each container's own, which its one name does not let anybody expect. @source DR-204 */
export function checkMemoryVolumes(places: readonly Place[], volumes: ReadonlyMap<string, PipelineVolume>): void {
  const first = new Map<string, Place>();
  for (const place of places) {
    const node = presentField(place, "volumes");
    for (const item of node === undefined ? [] : itemsOf(node)) {
      const name = textOf(valueAt(item, "name")) ?? "";
      if (volumes.get(name)?.kind !== "memory") continue;
      const other = first.get(name);
      first.set(name, other ?? place);
      if (other === undefined || other === place) continue;
      const text = `${place.path}: volume "${name}" is in memory: "${other.name}" and "${place.name}" each get one of their own`;
      place.scope.findings.warn({ code: "memory-volume", text, at: item, path: place.path });
    }
  }
}
