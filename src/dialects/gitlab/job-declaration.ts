import type { CoveragePattern, JobInstance, JobWhen, RetryPolicy } from "../../model/pipeline.ts";
import type { Trigger } from "../../model/trigger.ts";
import type { YamlMapping, YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import type {
  ArtifactsDeclaration,
  CacheDeclaration,
  EnvironmentDeclaration,
  ImageDeclaration,
  NeedDeclaration,
  ParallelDeclaration,
  PlacedText,
  RunStep,
  SecretDeclaration,
  ServiceDeclaration,
  VariableDeclaration,
} from "./declarations.ts";
import type { RefPolicy, RuleDeclaration } from "./rule-declarations.ts";

/** Which of its definition's instances a job is, and what is different for it. */
export interface InstanceDeclaration extends JobInstance {
  /** Of a matrix, in the order of its names. */
  readonly cell: ReadonlyMap<string, string | undefined> | undefined;
}

/** What `default` and the deprecated top-level keys give to every job. */
export interface Defaults {
  readonly image: ImageDeclaration | undefined;
  readonly services: readonly ServiceDeclaration[] | undefined;
  readonly beforeScript: readonly string[] | undefined;
  readonly afterScript: readonly string[] | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly artifacts: ArtifactsDeclaration | undefined;
  readonly caches: readonly CacheDeclaration[] | undefined;
  readonly beforeSources: readonly string[] | undefined;
  readonly interruptible: boolean | undefined;
  readonly tags: readonly string[] | undefined;
}

export interface JobDeclaration {
  readonly name: string;
  readonly key: YamlScalar;
  /** The job's own mapping, bases merged in: for the place of what it says. */
  readonly mapping: YamlMapping;
  readonly instance: InstanceDeclaration | undefined;
  readonly parallel: ParallelDeclaration | undefined;
  readonly stage: string;
  readonly stageAt: YamlNode;
  readonly image: ImageDeclaration | undefined;
  readonly services: readonly ServiceDeclaration[];
  /** Global variables that `inherit:variables` lets through. */
  readonly globals: readonly VariableDeclaration[];
  /** Whether `inherit:variables` lets a variable of the workflow's rules through. */
  readonly takesVariable: (name: string) => boolean;
  readonly variables: readonly VariableDeclaration[];
  readonly commands: readonly string[];
  /** `run:`: the job has these instead of `commands`. */
  readonly runSteps: readonly RunStep[] | undefined;
  readonly afterCommands: readonly string[];
  readonly beforeSources: readonly string[];
  /** Undefined: ordered by stages. */
  readonly needs: readonly NeedDeclaration[] | undefined;
  /** Undefined: whatever it waits for. */
  readonly dependencies: readonly PlacedText[] | undefined;
  /** Undefined: the job has none, and `only` and `except` decide. */
  readonly rules: readonly RuleDeclaration[] | undefined;
  readonly only: RefPolicy | undefined;
  readonly except: RefPolicy | undefined;
  /** For rules that name no `when` of their own, too. */
  readonly when: JobWhen;
  readonly startInSeconds: number | undefined;
  /** As written; undefined: `when` and the rules say (GY-156, GY-191). */
  readonly allowFailure: boolean | readonly number[] | undefined;
  readonly manualConfirmation: string | undefined;
  readonly retry: RetryPolicy;
  readonly timeoutSeconds: number | undefined;
  readonly interruptible: boolean | undefined;
  readonly artifacts: ArtifactsDeclaration | undefined;
  readonly caches: readonly CacheDeclaration[];
  readonly tags: readonly string[];
  readonly resourceGroup: PlacedText | undefined;
  readonly coverage: CoveragePattern | undefined;
  readonly environment: EnvironmentDeclaration | undefined;
  readonly secrets: readonly SecretDeclaration[];
  /** Variables in it are not replaced yet. */
  readonly trigger: Trigger | undefined;
}
