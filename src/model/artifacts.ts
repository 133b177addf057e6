import type { SourceSpan } from "../text/source.ts";

/** Of what a job left in its sources' folder, what is kept. Paths are relative to that folder. */
export interface FileSelection {
  /** Globs as the file has them, variables resolved: `build/`, `**\/*.log`. A folder stands for all below it. */
  readonly paths: readonly string[];
  /** What git neither tracks nor ignores is kept as well. */
  readonly untracked: boolean;
}

/** After which end of the job something is kept. */
export type KeptWhen = "on_success" | "on_failure" | "always";

/** What a job leaves for later jobs and for people. @source GY-208 to GY-217 */
export interface Artifacts extends FileSelection {
  /** Base name of the archive. Absent: `artifacts`. */
  readonly name?: string;
  /** Globs taken away from `paths` and `untracked` again. */
  readonly exclude: readonly string[];
  readonly when: KeptWhen;
  /** Absent: as long as the operator keeps things. `never`: for good. */
  readonly expiresAfterMs?: number | "never";
  /** Kept whatever `when` says, and not put into later jobs (GY-216, GY-217). */
  readonly reports: readonly ArtifactReport[];
  readonly at: SourceSpan;
}

export interface ArtifactReport {
  /** `dotenv`, `junit`, `coverage_report`, ... */
  readonly kind: string;
  readonly paths: readonly string[];
  readonly at: SourceSpan;
}

/** Files that a job takes from earlier runs and leaves for later ones; nothing depends on them. @source GY-219 to GY-227 */
export interface Cache extends FileSelection {
  readonly key: CacheKey;
  /** Tried in order when there is nothing under `key`; variables resolved. */
  readonly fallbackKeys: readonly string[];
  readonly policy: CachePolicy;
  readonly when: KeptWhen;
  readonly at: SourceSpan;
}

export type CachePolicy = "pull-push" | "pull" | "push";

/**
 * `text`: variables resolved, `default` when the file names none, not yet made safe for a file system (GY-222).
 * `files`: made of these files' contents, or of their last commits; `prefix` goes in front (GY-221).
 */
export type CacheKey =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "files";
      readonly files: readonly string[];
      readonly by: "content" | "commit";
      readonly prefix?: string;
    };
