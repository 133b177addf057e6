/** What one floor process is to do; the file it reads is this as JSON. */
export interface FloorOrder {
  readonly engine: FloorEngine;
  /** Starts every name, so that what a killed process left behind can be found. */
  readonly namePrefix: string;
  readonly jobs: readonly FloorJob[];
  /** How many jobs run at the same time. Clearing up does not count, as in the product. */
  readonly maxParallelJobs: number;
}

export type FloorEngine = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface FloorJob {
  readonly image: string;
  readonly env: readonly string[];
  /** Read by a shell from its standard input. */
  readonly script: string;
  /** The shell's own command line; arguments for the image's entry point. */
  readonly command: readonly string[];
  /** Instead of the image's own. */
  readonly entrypoint?: readonly string[];
  /** Drone's order: services start when the sources are in, GitLab's before. */
  readonly sourcesFirst: boolean;
  readonly services: readonly FloorService[];
  /** Where the workspace's volume is mounted. */
  readonly mountPath: string;
  /** Where the sources go, below `mountPath`. */
  readonly sourcePath: string;
  /** File with a tar stream of the empty folders from `mountPath` down to `sourcePath`. */
  readonly foldersTar: string;
  /** File with a tar stream of the sources, to be unpacked in `sourcePath`. */
  readonly sourcesTar: string;
  /** File with both in one, to be unpacked in `mountPath`. */
  readonly workspaceTar: string;
}

export interface FloorService {
  readonly image: string;
  readonly alias: string;
  readonly env: readonly string[];
  readonly command?: readonly string[];
  /** Ready as soon as this port accepts a connection from the host; without one it need not get ready... */
  readonly port?: number;
  /** ...and, if given, this command in the container ends with 0. */
  readonly readyCommand?: readonly string[];
}
