import type { DialectId, Pipeline } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { SourceSpan } from "../text/source.ts";
import type { YamlMapping } from "../yaml/yaml-node.ts";
import type { Files } from "./files.ts";

/** Reads one kind of pipeline file. Pure: text and facts in, a pipeline and findings out. */
export interface Dialect {
  readonly id: DialectId;
  compile(source: PipelineSource, context: DialectContext): CompiledPipeline;
}

export interface DialectChoice {
  readonly id: DialectId;
  /** One clause for people: `its name is ".gitlab-ci.yml"`. */
  readonly why: string;
}

export interface PipelineSource {
  /** As the user knows it; used in every message. */
  readonly file: string;
  readonly text: string;
}

export interface CompiledPipeline {
  /** Present also when there are errors, with what could be made of the file; absent when nothing could. */
  readonly pipeline: Pipeline | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were taken in beside the source itself, by name; absent: none. */
  readonly included?: ReadonlyMap<string, IncludedSource>;
  /** What {@link DialectContext.keepDocument} asked for, as far as it could be made. GitLab files only. */
  readonly document?: YamlMapping;
}

export interface GivenInputs {
  /** From the command line; they win over those of files. What the text means is up to the input's type. */
  readonly texts: ReadonlyMap<string, string>;
  /** YAML files that are mappings of names and values; later ones win. */
  readonly files: readonly PipelineSource[];
}

export interface IncludedSource {
  readonly text: string;
  /** What named it, the first time. Absent: nothing did, it is a file of the same folder. */
  readonly includedAt?: SourceSpan;
}

export interface DialectContext {
  readonly facts: RepositoryFacts;
  readonly run: RunFacts;
  /** Values for the inputs that the source's header declares (GY-77). */
  readonly inputs?: GivenInputs;
  /** Values for inputs that single jobs declare, by `JOB.NAME`; what the text means is up to the input's type (GY-79). */
  readonly jobInputs?: ReadonlyMap<string, string>;
  /** Files that the source may take in. Absent: none can be fetched. */
  readonly files?: Files;
  /** From the command line and env files; they win over the file's own (GY-95). */
  readonly variables: ReadonlyMap<string, GivenVariable>;
  /** From the person's files, by file; later files win, and `variables` over all of them. GitLab files only. */
  readonly fileVariables?: readonly FileVariable[];
  /**
   * `whole`: the file with everything put into it that it takes in or refers to. `own`: its own content, inputs put in;
   * nothing is included and no pipeline made (GY-64).
   */
  readonly keepDocument?: "whole" | "own";
  /** How many pipelines above started this one; absent: none. */
  readonly depth?: number;
  /** Variables that some jobs get from jobs that ran before; they win over the file's own for them (GY-90, GY-95). */
  readonly reported?: { readonly jobs: ReadonlySet<string>; readonly variables: ReadonlyMap<string, string> };
  /** Jobs whose pipelines start, or have started: what earlier jobs left for them is known. */
  readonly starting?: readonly StartingTrigger[];
  /** Files that jobs of the pipeline above left, for `include:artifact`. */
  readonly made?: readonly MadeFile[];
  /** What made this run happen, as far as the person says; conditions of Drone and Woodpecker files look at it. */
  readonly trigger?: TriggerFacts;
  /** Secrets by name; their values are hidden in every log. Absent: none are given. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** `publish`, `deploy` and `notify` of Drone 0.4 run as well. */
  readonly deliver?: boolean;
}

export interface StartingTrigger {
  readonly trigger: string;
  /** Files of `include:artifact`. */
  readonly made: readonly MadeFile[];
  readonly reported: ReadonlyMap<string, string>;
}

export interface MadeFile {
  readonly job: string;
  readonly path: string;
  /** Undefined: the job left no such file. */
  readonly text: string | undefined;
}

/** Everything absent comes from the repository, and from a push to its branch. */
export interface TriggerFacts {
  /** `push`, `pull_request`, `tag`, `cron`, `promote`, ... */
  readonly event?: string;
  readonly branch?: string;
  /** Of a pull request: where it comes from. */
  readonly sourceBranch?: string;
  readonly tag?: string;
  readonly ref?: string;
  /** `owner/name`. */
  readonly repo?: string;
  /** Name of the cron job. */
  readonly cron?: string;
  /** Where a promotion or deployment goes. */
  readonly target?: string;
  /** Of a pull request: `opened`, `synchronized`. */
  readonly action?: string;
  readonly instance?: string;
  /** Of a merge request: where it goes. */
  readonly targetBranch?: string;
  /** Which files count as changed; absent: what the event and the repository say. */
  readonly changes?: ChangesChoice;
}

export type ChangesChoice =
  /** Paths from the top of the repository. */
  | { readonly kind: "files"; readonly names: readonly string[] }
  /** All that differs from where HEAD left this ref, what is not committed included. */
  | { readonly kind: "since"; readonly ref: string }
  /** Every condition on changed files holds (GY-164). */
  | { readonly kind: "all" };

export interface GivenVariable {
  readonly value: string;
  readonly masked: boolean;
  /** `command line`, `env file`, `project file`, `user file`. */
  readonly origin: string;
  /** Its `$` mean nothing. */
  readonly raw?: true;
  /** Jobs see the path of a file with the value. */
  readonly isFile?: true;
}

/** A variable that a person keeps in a file. */
export interface FileVariable {
  readonly name: string;
  readonly value: string;
  /** Name of the environment whose jobs get it, `*` for any text in it: `review/*`. */
  readonly environment: string;
  readonly masked: boolean;
  readonly raw: boolean;
  readonly isFile: boolean;
  readonly file: string;
  readonly origin: string;
}

/**
 * What is known of the repository. Everything is absent that git cannot tell: a folder without git, no commit yet, no
 * remote, a detached head.
 */
export interface RepositoryFacts {
  /** Last part of the work tree's path, for projects without a remote. */
  readonly folderName: string;
  readonly remoteUrl?: string;
  readonly commit?: CommitFacts;
  readonly branch?: string;
  readonly defaultBranch?: string;
  readonly userName?: string;
  readonly userEmail?: string;
  /** Of the annotated tag that the pipeline is for. */
  readonly tagMessage?: string;
}

export interface CommitFacts {
  /** 40 hex digits. */
  readonly sha: string;
  readonly parentSha?: string;
  readonly message: string;
  /** `Name <email>`. */
  readonly author: string;
  /** Committer date, ISO 8601 with offset. */
  readonly committedAt: string;
}

export interface RunFacts {
  readonly pipelineId: number;
  readonly startedAt: Date;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly version: string;
}
