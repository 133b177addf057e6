// What a file says, checked and typed, before any variable is expanded: the half-way house between YAML and model.

import type { JobWhen, PullPolicy, RetryPolicy } from "../../model/pipeline.ts";
import type { YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";

export interface ImageDeclaration {
  /** May hold variables. */
  readonly name: string;
  readonly entrypoint: readonly string[] | undefined;
  readonly pullPolicy: readonly PullPolicy[] | undefined;
  readonly platform: string | undefined;
  readonly user: string | undefined;
  /** Where the name stands. */
  readonly at: YamlNode;
  readonly path: string;
}

export interface ServiceDeclaration extends ImageDeclaration {
  readonly command: readonly string[] | undefined;
  readonly alias: string | undefined;
  readonly variables: readonly VariableDeclaration[];
}

export interface VariableDeclaration {
  readonly name: string;
  readonly value: string;
  /** `expand: false`. */
  readonly raw: boolean;
  readonly at: YamlNode;
}

export interface NeedDeclaration {
  readonly job: string;
  readonly optional: boolean;
  readonly artifacts: boolean;
  readonly at: YamlNode;
}

/** What `default` and the deprecated top-level keys give to every job. */
export interface Defaults {
  readonly image: ImageDeclaration | undefined;
  readonly services: readonly ServiceDeclaration[] | undefined;
  readonly beforeScript: readonly string[] | undefined;
  readonly afterScript: readonly string[] | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly timeoutSeconds: number | undefined;
}

export interface JobDeclaration {
  readonly name: string;
  readonly key: YamlScalar;
  readonly stage: string;
  readonly stageAt: YamlNode;
  readonly image: ImageDeclaration | undefined;
  readonly services: readonly ServiceDeclaration[];
  /** Global variables that `inherit:variables` lets through. */
  readonly globals: readonly VariableDeclaration[];
  readonly variables: readonly VariableDeclaration[];
  readonly commands: readonly string[];
  readonly afterCommands: readonly string[];
  /** Undefined: ordered by stages. */
  readonly needs: readonly NeedDeclaration[] | undefined;
  readonly when: JobWhen;
  readonly allowFailure: boolean | readonly number[];
  readonly retry: RetryPolicy;
  readonly timeoutSeconds: number | undefined;
}
