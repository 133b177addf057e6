// What a file says, checked and typed, before any variable is expanded: the half-way house between YAML and model.

import type { CachePolicy, KeptWhen } from "../../model/artifacts.ts";
import type { PullPolicy } from "../../model/container.ts";
import type { EnvironmentAction, EnvironmentTier } from "../../model/environment.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { Lifetime } from "./config-fields.ts";

export interface ImageDeclaration {
  /** May hold variables. */
  readonly name: string;
  readonly entrypoint: readonly string[] | undefined;
  readonly pullPolicy: readonly PullPolicy[] | undefined;
  readonly platform: string | undefined;
  readonly user: string | undefined;
  /** `kubernetes: user`. */
  readonly clusterUser: string | undefined;
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

/** A text that may hold variables, and where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly at: YamlNode;
}

export interface NeedDeclaration {
  /** Of a job in the file, or of one instance of it. */
  readonly job: string;
  readonly optional: boolean;
  readonly artifacts: boolean;
  /** Combinations of values, one of which an instance must have; `$[[ matrix.X ]]` not yet replaced (GY-202). */
  readonly matrix: MatrixDeclaration | undefined;
  readonly at: YamlNode;
}

/** Each item is the product of its values, in the order of its names; a value that is null is undefined. */
export interface MatrixDeclaration {
  readonly items: readonly ReadonlyMap<string, readonly (string | undefined)[]>[];
  readonly at: YamlNode;
}

export type ParallelDeclaration =
  | { readonly kind: "count"; readonly count: number }
  | ({ readonly kind: "matrix" } & MatrixDeclaration);

export interface ArtifactsDeclaration {
  readonly name: string | undefined;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly untracked: boolean;
  readonly when: KeptWhen;
  readonly expireIn: Lifetime | undefined;
  readonly reports: readonly ReportDeclaration[];
  readonly at: YamlNode;
}

export interface ReportDeclaration {
  readonly kind: string;
  readonly paths: readonly string[];
  readonly at: YamlNode;
}

export interface CacheDeclaration {
  readonly key: CacheKeyDeclaration;
  readonly fallbackKeys: readonly string[];
  readonly paths: readonly string[];
  readonly untracked: boolean;
  /** A variable is replaced when the job is made. */
  readonly policy: CachePolicy | PlacedText;
  readonly when: KeptWhen;
  readonly at: YamlNode;
}

export type CacheKeyDeclaration =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "files";
      readonly files: readonly string[];
      readonly by: "content" | "commit";
      readonly prefix: string | undefined;
    };

export interface EnvironmentDeclaration {
  readonly name: string;
  readonly url: string | undefined;
  readonly action: EnvironmentAction;
  readonly tier: EnvironmentTier | undefined;
  readonly onStop: PlacedText | undefined;
  readonly autoStopIn: Lifetime | undefined;
  readonly at: YamlNode;
}

/** A `run:` step with a script of its own. */
export interface RunStep {
  readonly script: string;
  readonly env: ReadonlyMap<string, string>;
}

export interface SecretDeclaration {
  readonly name: string;
  /** The variable holds the path of a file with the value. */
  readonly asFile: boolean;
  readonly at: YamlNode;
}
