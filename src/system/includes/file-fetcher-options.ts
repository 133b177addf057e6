import type { IncludeSettings } from "./include-settings.ts";

/** What files are fetched with, near and far. */
export interface FileFetcherOptions {
  /** Top of the work tree, or the pipeline file's folder outside of git. */
  readonly projectFolder: string;
  readonly isRepository: boolean;
  readonly remoteUrl: string | undefined;
  /** How messages name a file on this machine. */
  readonly showPath: (full: string) => string;
  readonly isOffline: boolean;
  readonly cacheFolder: string;
  /** Read when the first file is asked for that is not in the work tree. */
  readonly readSettings: () => Promise<IncludeSettings>;
  /** For `git`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
