import type { LabelSource } from "./labels.ts";

/** What all containers of one job have in common. */
export interface SandboxFrame {
  readonly jobId: string;
  readonly labels: LabelSource;
  /** Names, not ids. */
  readonly network: string;
  /** Name of the container whose network name space all others join; undefined: each has its own. */
  readonly nameSpace: string | undefined;
  readonly volume: string;
  readonly mountPath: string;
}
