// What containers of Drone 1 and Woodpecker files have in common.

import type { ContainerSpec } from "../model/container.ts";
import type { Service } from "../model/service.ts";
import { mappingOf, type Writable, type WritableMap } from "../yaml/write-yaml.ts";
import { readinessFields } from "./own-keys.ts";
import type { OwnVariables } from "./own-variables.ts";
import type { PortableJob, PortableService, PortableStep } from "./portable.ts";

type Field = readonly [string, Writable | undefined, (string | undefined)?];

/** `${` and `$$` mean something to these systems before YAML is read; a single `$NAME` does not. @source DR-286 */
export function escapeParameters(text: string): string {
  return text.replaceAll(/\$+\{?/g, (found) => (found === "$" ? found : found.replaceAll("$", () => "$$")));
}

export function writeList(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list.map(escapeParameters);
}

export function writeEnvironment(variables: OwnVariables): WritableMap | undefined {
  if (variables.size === 0) return undefined;
  return mappingOf(
    [...variables].map(([name, value]): Field => {
      if (value.kind === "text") return [name, escapeParameters(value.text)];
      return [name, mappingOf([["from_secret", value.secret]])];
    }),
  );
}

/** `policies` are tried in order; both systems know one word. */
export function pullOf(spec: ContainerSpec): "always" | "if-not-exists" | "never" | undefined {
  const [first] = spec.image.pullPolicy ?? [];
  return first === "if-not-present" ? "if-not-exists" : first;
}

export function statusOf(when: PortableStep["when"]): readonly string[] | undefined {
  if (when === "on_success") return undefined;
  return when === "on_failure" ? ["failure"] : ["success", "failure"];
}

/** Steps in order, with `after_script` as a step of its own: neither system knows it. */
export function withAfterSteps(steps: readonly PortableStep[]): readonly PortableStep[] {
  return steps.flatMap((step) => {
    if (step.after.length === 0) return [step];
    const dependsOn = step.dependsOn === undefined ? undefined : [step.name];
    const after = { ...step, name: `${step.name}-after`, commands: step.after, after: [], dependsOn };
    return [step, { ...after, when: "always", ignoreFailure: true } as const];
  });
}

/** `x-outrigger`: what these systems have no words for and pass over. */
export function ownSettings({ aliases, readiness }: PortableService): WritableMap | undefined {
  const fields: readonly Field[] = [...readinessFields(readiness, escapeParameters), ["aliases", writeList(aliases)]];
  return fields.every(([, value]) => value === undefined) ? undefined : mappingOf(fields);
}

/** @source DR-259 to DR-261 */
export function workspaceOf({ job: { workspace }, sourcePath }: PortableJob): WritableMap | undefined {
  if (sourcePath === undefined) return undefined;
  const base = workspace.mountPath;
  const path = sourcePath === base ? "." : sourcePath.slice(base === "/" ? 1 : base.length + 1);
  return mappingOf([
    ["base", base],
    ["path", path],
  ]);
}

/** A warning is what these systems do by themselves; GitLab's files say nothing. @source DR-235 */
export function reactionOf({ whenDeadInUse }: Service): "fail" | "ignore" | undefined {
  return whenDeadInUse === "warn" ? undefined : whenDeadInUse;
}
