import type { SourceSpan } from "../text/source.ts";

/**
 * What a job without containers starts.
 *
 * `child`: a pipeline of files of this repository, or of ones that an earlier job made. `project`: the pipeline of
 * another project. `mirror`: nothing; the job takes over how another project's pipeline stands.
 *
 * @source GY-198, GY-239, GY-240
 */
export type Trigger =
  | {
      readonly kind: "child";
      readonly includes: readonly TriggerInclude[];
      readonly waits: boolean;
      readonly forward: TriggerForward;
      /** Why there is no such pipeline: a file that is missing or wrong. The job fails when it is its turn. */
      readonly problem?: TriggerProblem;
      readonly at: SourceSpan;
    }
  | {
      readonly kind: "project";
      /** Variables resolved. */
      readonly project: string;
      readonly branch?: string;
      readonly waits: boolean;
      readonly forward: TriggerForward;
      readonly at: SourceSpan;
    }
  | { readonly kind: "mirror"; readonly project: string; readonly at: SourceSpan };

export interface TriggerProblem {
  readonly text: string;
  readonly at: SourceSpan;
}

/** `other`: a kind that needs a server; `text` is the include as written. */
export type TriggerInclude =
  | { readonly kind: "local"; readonly file: string; readonly inputs: TriggerInputs; readonly at: SourceSpan }
  | {
      readonly kind: "artifact";
      readonly file: string;
      readonly job: string;
      readonly inputs: TriggerInputs;
      readonly at: SourceSpan;
    }
  | { readonly kind: "other"; readonly text: string; readonly at: SourceSpan };

export type TriggerInputs = ReadonlyMap<string, TriggerInput>;

/** As JSON has it. */
export type TriggerInput =
  | string
  | number
  | boolean
  | null
  | readonly TriggerInput[]
  | { readonly [name: string]: TriggerInput };

/** Which variables of this pipeline become variables of the one it starts. */
export interface TriggerForward {
  /** Those of the file: the trigger job's own and the global ones. */
  readonly ownVariables: boolean;
  /** Those given from outside: command line, env files. */
  readonly pipelineVariables: boolean;
}

/** A file that an earlier job makes. */
export interface AwaitedFile {
  /** By the name that the job has in the pipeline as a whole. */
  readonly job: string;
  readonly path: string;
}

/**
 * What a child pipeline is made of and nobody has before other jobs have run.
 *
 * @param parent of the job that starts it, whose file knows its own pipeline's jobs only.
 */
export function awaitedFiles(trigger: Trigger | undefined, parent: string | undefined): readonly AwaitedFile[] {
  if (trigger?.kind !== "child") return [];
  const prefix = parent === undefined ? "" : `${parent}/`;
  return trigger.includes.flatMap((one) =>
    one.kind === "artifact" ? [{ job: prefix + one.job, path: one.file }] : [],
  );
}
