import { callEngine } from "../../scripts/engine/engine-client.ts";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { floorPrefix } from "./floor.ts";

/** In this order: a network in use cannot be removed. */
const kinds = [
  { list: "/containers/json", query: { all: "1" }, root: undefined, remove: "/containers", key: "Id" },
  { list: "/networks", query: {}, root: undefined, remove: "/networks", key: "Id" },
  { list: "/volumes", query: {}, root: "Volumes", remove: "/volumes", key: "Name" },
] as const;

/** Removes what floor processes left that failed or were stopped. @returns how many objects that were. */
export async function removeFloorLeftovers(endpoint: EngineEndpoint): Promise<number> {
  let removed = 0;
  for (const { list, query, root, remove, key } of kinds) {
    const { body } = await callEngine(endpoint, "GET", list, { query });
    const answer: unknown = JSON.parse(body);
    const objects = root === undefined ? answer : field(answer, root);
    for (const object of Array.isArray(objects) ? objects : []) {
      const name = field(field(object, "Labels"), "dev.outrigger.bench");
      if (typeof name !== "string" || !name.startsWith(floorPrefix)) continue;
      await callEngine(endpoint, "DELETE", `${remove}/${String(field(object, key))}`, {
        query: { force: "1", v: "1" },
      });
      removed += 1;
    }
  }
  return removed;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
