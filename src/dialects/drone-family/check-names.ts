import { spanOf } from "../../yaml/yaml-node.ts";
import type { Finding } from "./findings.ts";
import type { Place } from "./scope.ts";

/** Host names must be unique. @source DR-6, DR-66, DR-75, DR-104 */
export function checkNames(services: readonly Place[], steps: readonly Place[]): void {
  const owners = new Map<string, Place>();
  for (const place of services) {
    const first = owners.get(place.name);
    if (first === undefined) owners.set(place.name, place);
    else tellDuplicate(place, first);
    if (place.name === "clone") tellClone(place);
  }
  for (const place of steps) {
    const service = owners.get(place.name);
    if (service !== undefined) tellShared(place, service);
  }
}

/** 0.x ran steps with one name; from the second on they get a number. Drone 1 refused them. @source DR-36, DR-64, DR-80 */
export function uniqueSteps(steps: readonly Place[]): readonly Place[] {
  const taken = new Set(steps.map((place) => place.name));
  const seen = new Set<string>();
  return steps.map((place) => {
    if (!seen.has(place.name)) {
      seen.add(place.name);
      return place;
    }
    if (place.scope.rules.id === "drone-1") {
      const text = `linter: duplicate step names: "${place.name}" is used more than once`;
      place.scope.findings.error({ code: "duplicate-name", text, at: place.key, path: place.path });
    }
    let count = 2;
    while (taken.has(`${place.name}-${count}`)) count += 1;
    const name = `${place.name}-${count}`;
    taken.add(name);
    return { ...place, name };
  });
}

function tellDuplicate(place: Place, first: Place): void {
  const { rules, findings } = place.scope;
  const original =
    rules.id === "woodpecker"
      ? `Service names must be unique, \`${place.name}\` is used more than once. `
      : rules.id === "drone-1"
        ? "linter: duplicate step names. "
        : "";
  const lines = `${first.path} (line ${spanOf(first.key).line}) and ${place.path}`;
  findings.error({
    code: "duplicate-name",
    text: `${original}name "${place.name}" is used by ${lines}; host names must be unique`,
    at: place.key,
    path: place.path,
  });
}

/** Every old system had a step of that name; here there is none to take the name away. @source DR-66, DR-104 */
function tellClone(place: Place): void {
  const text = `${place.path}: name "clone" is that of the old system's first step; host names must be unique`;
  const finding: Finding = { code: "duplicate-name", text, at: place.key, path: place.path };
  if (place.scope.rules.id !== "drone-1") return place.scope.findings.warn(finding);
  place.scope.findings.error({ ...finding, text: `linter: duplicate step names. ${text}` });
}

function tellShared(step: Place, service: Place): void {
  const { rules, findings } = step.scope;
  const isRefused = rules.id === "drone-1";
  const original = isRefused ? "linter: duplicate step names. " : "";
  const text = `${original}name "${step.name}" is used by ${service.path} and ${step.path}; host names must be unique`;
  const finding: Finding = {
    code: "duplicate-name",
    text: isRefused ? text : `${text}: "${step.name}" is the service`,
    at: step.key,
    path: step.path,
  };
  if (isRefused) findings.error(finding);
  else findings.warn(finding);
}
