// What containers of Drone 1 and Woodpecker files have in common.

import type { ContainerSpec } from "../model/pipeline.ts";
import { mappingOf, type Writable, type WritableMap } from "../yaml/write-yaml.ts";
import type { Losses } from "./losses.ts";
import type { OwnVariables } from "./own-variables.ts";
import type { PortableStep } from "./portable.ts";

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

/** Options that neither target writes. */
export function tellCommonLosses(spec: ContainerSpec, where: string, losses: Losses): void {
  const lost: readonly (readonly [string, boolean])[] = [
    ["registry credentials", spec.registryAuth !== undefined],
    ["platform of the image", spec.image.platform !== undefined],
    ["cap_add and cap_drop", (spec.capAdd ?? spec.capDrop) !== undefined],
    ["sysctls", spec.sysctls !== undefined],
    ["ulimits", spec.ulimits !== undefined],
    ["labels", spec.labels !== undefined],
    ["ipc_mode", spec.ipcMode !== undefined],
    ["networks", spec.networks !== undefined],
    ["limits of the processor", (spec.cpus ?? spec.cpuShares ?? spec.cpuQuota ?? spec.cpuset) !== undefined],
    ["limits of swap", (spec.memorySwapBytes ?? spec.memorySwappiness ?? spec.oomKillDisable) !== undefined],
  ];
  for (const [name, isLost] of lost) if (isLost) losses.add(`${where}: ${name}`);
}
