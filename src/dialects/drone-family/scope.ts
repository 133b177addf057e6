import type { HostAccess, VolumeMount } from "../../model/container.ts";
import type { Workspace } from "../../model/pipeline.ts";
import type { Variables } from "../../model/variables.ts";
import { spanOf, type YamlEntry, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import type { DialectContext } from "../dialect.ts";
import type { Findings } from "./findings.ts";
import type { Registries } from "./pull-secrets.ts";
import type { DialectRules, GuardedField } from "./rules.ts";
import type { Secrets } from "./secrets.ts";
import type { Trigger } from "./trigger.ts";

/** A volume that Drone 1 defines for a pipeline, and its containers mount by name (DR-61). */
export type PipelineVolume =
  | { readonly kind: "host"; readonly path: string; readonly at: YamlNode }
  | { readonly kind: "temp" }
  | { readonly kind: "memory"; readonly sizeBytes: number | undefined; readonly at: YamlNode };

/** Everything the readers of one job need to know. */
export interface Scope {
  readonly rules: DialectRules;
  readonly findings: Findings;
  readonly context: DialectContext;
  readonly trigger: Trigger;
  readonly secrets: Secrets;
  readonly cell: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, PipelineVolume>;
  readonly workspace: Workspace;
  /** Variables of the old system and of the matrix. */
  readonly system: Variables;
  /** From the command line and env files: they win over everything in every step and service. */
  readonly given: Variables;
  /** The pipeline's own `environment` (Drone 1). */
  readonly environment: Variables;
  /** Credentials that the pipeline's `image_pull_secrets` hold (Drone 1). */
  readonly registries: Registries;
}

/** One container while it is read. Findings and what it asks of the host are gathered on the way. */
export interface Place {
  readonly kind: "service" | "step";
  readonly name: string;
  /** `services.database`. */
  readonly path: string;
  readonly key: YamlNode;
  readonly body: YamlMapping | undefined;
  readonly fields: ReadonlyMap<string, YamlEntry>;
  readonly scope: Scope;
  readonly access: HostAccess[];
  /** Volumes without a name, so far: each gets one. */
  readonly anonymous: VolumeMount[];
}

export function fieldOf(place: Place, key: string): YamlNode | undefined {
  return place.fields.get(key)?.value;
}

export type AskedThing = Pick<HostAccess, "capability" | "value" | "hostPath" | "isPrivilege"> & {
  readonly field: GuardedField;
};

/** @source DR-179 to DR-183 */
export function askHost(place: Place, { field, ...asked }: AskedThing, at: YamlNode, path: string): void {
  const original = place.scope.rules.refusals[field];
  place.access.push({ ...asked, at: spanOf(at), path, ...(original === undefined ? {} : { original }) });
}
