import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { callEngine } from "../engine/engine-client.ts";

const lists = [
  { kind: "container", path: "/containers/json", query: { all: "1" }, root: undefined },
  { kind: "network", path: "/networks", query: {}, root: undefined },
  { kind: "volume", path: "/volumes", query: {}, root: "Volumes" },
] as const;

/** Containers, networks and volumes that carry a label of ours, as `container 3f2a...`. The label of stand-in images is none. */
export async function listOurObjects(endpoint: EngineEndpoint): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { kind, path, query, root } of lists) {
    const { body } = await callEngine(endpoint, "GET", path, { query });
    const answer: unknown = JSON.parse(body);
    const objects = root === undefined ? answer : field(answer, root);
    for (const object of Array.isArray(objects) ? objects : []) {
      const labels = Object.keys(field(object, "Labels") ?? {});
      const isOurs = labels.some((label) => label.startsWith("dev.outrigger.") && label !== "dev.outrigger.stand-in");
      if (isOurs) found.add(`${kind} ${String(field(object, "Names") ?? field(object, "Name"))}`);
    }
  }
  return found;
}

/** What is there now and was not `before`. Waits a few seconds for removals that the engine still works on. */
export async function findLeftovers(endpoint: EngineEndpoint, before: ReadonlySet<string>): Promise<readonly string[]> {
  const end = performance.now() + 10_000;
  for (;;) {
    const left = [...(await listOurObjects(endpoint))].filter((name) => !before.has(name));
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(250);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
