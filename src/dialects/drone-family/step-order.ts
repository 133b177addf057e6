// Which step waits for which: all of them in order, groups side by side, or a graph.

import type { Step } from "../../model/step.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, readText, refuse } from "./accept.ts";
import type { Place } from "./scope.ts";
import { itemsOf, textOf, valueOf } from "./values.ts";

export interface OrderedStep {
  readonly place: Place;
  readonly step: Step;
  /** Left out by its conditions: others wait for what it would have waited for. */
  readonly isSkipped: boolean;
}

/**
 * @param ends names that stand for "before every step": services and the clone.
 * @source DR-67, DR-76, DR-215, DR-216, DR-218, DR-290
 */
export function orderSteps(steps: readonly OrderedStep[], ends: ReadonlySet<string>): readonly Step[] {
  const hasGraph = steps.some(({ place }) => presentField(place, "depends_on") !== undefined && readsGraph(place));
  const predecessors = hasGraph ? readGraph(steps, ends) : readGroups(steps);
  if (predecessors === undefined) return steps.filter((one) => !one.isSkipped).map((one) => one.step);
  const bySkipped = new Map(steps.filter((one) => one.isSkipped).map((one) => [one.step.name, one] as const));
  return steps
    .filter((one) => !one.isSkipped)
    .map(({ step }) => ({ ...step, dependsOn: throughSkipped(step.name, predecessors, bySkipped) }));
}

/** A plugin of 0.5 to 0.8 may have a setting called `depends_on`. */
function readsGraph(place: Place): boolean {
  return place.scope.rules.unknownStepKey !== "plugin" || place.fields.has("commands");
}

type Predecessors = ReadonlyMap<string, readonly string[]>;

function throughSkipped(
  name: string,
  predecessors: Predecessors,
  skipped: ReadonlyMap<string, OrderedStep>,
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>([name]);
  const visit = (one: string): void => {
    for (const before of predecessors.get(one) ?? []) {
      if (seen.has(before)) continue;
      seen.add(before);
      if (skipped.has(before)) visit(before);
      else found.add(before);
    }
  };
  visit(name);
  return [...found];
}

function readGraph(steps: readonly OrderedStep[], ends: ReadonlySet<string>): Predecessors {
  const names = new Set(steps.map(({ step }) => step.name));
  const graph = new Map<string, readonly string[]>();
  for (const { place, step, isSkipped } of steps) graph.set(step.name, readDependsOn(place, names, ends, isSkipped));
  const cycle = findCycle(graph);
  if (cycle === undefined) return graph;
  const at = steps.find(({ step }) => step.name === cycle[0])?.place;
  if (at !== undefined) {
    const word = at.scope.rules.id === "drone-1" ? "linter: cyclical step dependency detected" : "cycle detected";
    at.scope.findings.error({
      code: "step-cycle",
      text: `${word}: ${cycle.join(" -> ")}`,
      at: presentField(at, "depends_on") ?? at.key,
      path: `${at.path}.depends_on`,
    });
  }
  return new Map();
}

function readDependsOn(
  place: Place,
  names: ReadonlySet<string>,
  ends: ReadonlySet<string>,
  isSkipped: boolean,
): readonly string[] {
  const node = presentField(place, "depends_on");
  if (node === undefined) return [];
  const path = `${place.path}.depends_on`;
  return itemsOf(node).flatMap((item, index) => {
    const name = textOf(item) ?? textOf(item.kind === "mapping" ? valueOf(item, "name") : undefined);
    if (name === undefined) return refuse(item, `${path}[${index}]`, "the name of a step", place) ?? [];
    if (names.has(name)) return name === place.name ? tellSelf(place, path) : [name];
    if (ends.has(name)) noteService(name, item, place);
    else if (!isSkipped) {
      const { rules, findings } = place.scope;
      const text =
        rules.id === "woodpecker"
          ? `One or more of the specified dependencies do not exist: step "${place.name}" depends on unknown step "${name}"`
          : `linter: unknown step dependency detected: ${place.name} references ${name}`;
      findings.error({ code: "unknown-dependency", text, at: item, path: `${path}[${index}]` });
    }
    return [];
  });
}

/** It means "ready" here; Woodpecker refused it (DR-216, DR-218). */
function noteService(name: string, item: YamlNode, place: Place): void {
  if (place.scope.rules.id !== "woodpecker") return;
  const text =
    `One or more of the specified dependencies do not exist: "${name}" is a service, ` +
    "which Woodpecker refused here; the step waits until it is ready";
  place.scope.findings.warn({ code: "refused-by-original", text, at: item, path: `${place.path}.depends_on` });
}

function tellSelf(place: Place, path: string): readonly string[] {
  const node = presentField(place, "depends_on") ?? place.key;
  place.scope.findings.error({
    code: "step-cycle",
    text: `cycle detected: ${place.name} -> ${place.name}`,
    at: node,
    path,
  });
  return [];
}

/** The names of one cycle, the first again at its end. */
export function findCycle(graph: Predecessors): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    // A list instead of recursion: a file may chain thousands of steps.
    const trail: { readonly name: string; next: number }[] = done.has(start) ? [] : [{ name: start, next: 0 }];
    const onTrail = new Set(trail.map(({ name }) => name));
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const before = graph.get(top.name)?.[top.next];
      top.next += 1;
      if (before === undefined) {
        done.add(top.name);
        onTrail.delete(top.name);
        trail.pop();
      } else if (onTrail.has(before)) {
        const from = trail.findIndex(({ name }) => name === before);
        return [...trail.slice(from).map(({ name }) => name), before];
      } else if (!done.has(before) && graph.has(before)) {
        trail.push({ name: before, next: 0 });
        onTrail.add(before);
      }
    }
  }
  return undefined;
}

/** @returns undefined when no step is in a group that counts. */
function readGroups(steps: readonly OrderedStep[]): Predecessors | undefined {
  const usesGroups = (place: Place): boolean => {
    const { rules } = place.scope;
    return rules.stepKeys.has("group") || rules.id === "woodpecker";
  };
  const groupOf = (place: Place): string => (usesGroups(place) ? (readText(place, "group") ?? "") : "");
  if (!steps.some(({ place }) => groupOf(place) !== "")) return undefined;
  const predecessors = new Map<string, readonly string[]>();
  let before: readonly string[] = [];
  let stage: { readonly group: string; readonly names: string[] } | undefined;
  for (const { place, step } of steps) {
    const group = groupOf(place);
    if (stage === undefined || group === "" || group !== stage.group) {
      before = stage?.names ?? [];
      stage = { group, names: [] };
    }
    stage.names.push(step.name);
    predecessors.set(step.name, before);
  }
  return predecessors;
}
