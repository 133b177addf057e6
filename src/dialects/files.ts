// How a dialect gets the files that a pipeline file takes in: it looks them up, and what is not there yet is fetched
// before it is asked to compile again. So a dialect does no I/O, and what can be fetched at a time is.

import type { YamlFile } from "../yaml/read-yaml.ts";

/** Where a file stands whose path is relative to a repository: this work tree, or a commit of a project. */
export type FileBase =
  | { readonly kind: "work-tree" }
  | { readonly kind: "commit"; readonly server: string; readonly project: string; readonly sha: string }
  /** A template stands in no repository: nothing is relative to it. */
  | { readonly kind: "nowhere" };

/** A file as an `include` names it, variables expanded. Paths have no leading slash. */
export type FileRequest =
  | { readonly kind: "local"; readonly base: FileBase; readonly path: string }
  /** Names of the files that fit a pattern in which `*` stops at `/` and `**` does not. */
  | { readonly kind: "pattern"; readonly base: FileBase; readonly pattern: string }
  /** Names of the files that fit any of the patterns of a `rules:exists`; one is enough. */
  | { readonly kind: "exists"; readonly base: FileBase; readonly patterns: readonly string[] }
  /** The same in another project (GY-166). */
  | {
      readonly kind: "exists-elsewhere";
      readonly server: string;
      readonly project: string;
      /** Undefined: the default branch. */
      readonly ref: string | undefined;
      readonly patterns: readonly string[];
    }
  /** Names of the files of the work tree that differ from a commit, those included that are not committed (GY-164). */
  | { readonly kind: "changes"; readonly since: ChangeBase }
  /** A file that a job of the pipeline above left (GY-239). */
  | { readonly kind: "made"; readonly job: string; readonly path: string }
  | {
      readonly kind: "project";
      /** `https://gitlab.example`, as far as this repository's remote tells. */
      readonly server: string;
      readonly project: string;
      /** Undefined: the default branch. */
      readonly ref: string | undefined;
      readonly path: string;
    }
  | {
      readonly kind: "remote";
      readonly url: string;
      /** The address without values that are to stay hidden. */
      readonly shown: string;
      /** `sha256-` and the hash in base64. */
      readonly integrity: string | undefined;
    }
  | { readonly kind: "template"; readonly name: string }
  | {
      readonly kind: "component";
      readonly host: string;
      readonly project: string;
      readonly name: string;
      readonly version: string;
    };

export type ChangeBase =
  /** The first parent of HEAD. */
  | { readonly kind: "parent" }
  /** Where HEAD left the first of these refs that there is. */
  | { readonly kind: "merge-base"; readonly refs: readonly string[] };

export type FileAnswer =
  | { readonly kind: "text"; readonly found: FoundFile }
  /** Of `pattern` and `exists`: sorted, relative to the base. */
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** Of `exists`: so many files and patterns that they were not compared. */
  | { readonly kind: "too-many" }
  | { readonly kind: "changes"; readonly changed: ChangedFiles }
  | { readonly kind: "failed"; readonly failure: FileFailure };

export interface ChangedFiles {
  /** From the top of the work tree; both names of a file that was renamed. */
  readonly names: readonly string[];
  /** Of the commit they were compared with. */
  readonly baseSha: string;
  /** The ref that was found; undefined for the parent. */
  readonly ref: string | undefined;
}

export interface FoundFile {
  /** As messages name it; the same for the same text. */
  readonly file: string;
  readonly text: string;
  /** What its own local includes are relative to; absent: as for the file that includes it. */
  readonly base?: FileBase;
  /** Of a component: the version that was taken, and its commit. */
  readonly version?: string;
  readonly sha?: string;
}

export interface FileFailure {
  readonly reason: FileFailureReason;
  /** In the words of who failed: git's, the system's. One line. */
  readonly detail?: string;
  /** The next thing to try. */
  readonly hint?: string;
  /** `http-status` only. */
  readonly status?: number;
}

export type FileFailureReason =
  | "no-file"
  | "no-project"
  | "no-ref"
  | "http-status"
  | "timeout"
  | "socket"
  | "http"
  | "bad-address"
  | "bad-integrity"
  /** Not allowed: an address on a private network, a link out of the work tree. */
  | "refused"
  /** Nothing says where such files are to be found. */
  | "no-source"
  /** `--offline`, and it is in no cache. */
  | "offline";

/** Files that are at hand. */
export interface Files {
  /** Undefined: not asked for yet. It is now, and the file has to be compiled again with the answer. */
  find(request: FileRequest): FileAnswer | undefined;
  /** Trees that were read before, by the source or the {@link FoundFile}: names that hide a value may be the same. */
  readonly trees: WeakMap<object, YamlFile>;
}
