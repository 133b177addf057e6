import type { EngineOptions } from "./commands/engine-options.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import type { TrustOptions } from "./commands/trust-options.ts";

/** What a person may say to `outrigger run`, as the command line gives it. */
export interface RunOptions extends PipelineOptions, TrustOptions, EngineOptions {
  readonly pull?: "always" | "if-not-present" | "never";
  readonly services: "dialect" | "strict" | "warn";
  readonly servicesTimeout?: string;
  readonly serviceLogs?: true;
  readonly jobs?: string;
  readonly manual?: readonly string[];
  readonly honourDelays?: true;
  readonly progress: "auto" | "tty" | "plain" | "quiet" | "json";
  readonly json?: string;
  readonly report?: string;
  readonly artifactsToSource?: true;
  /** False: `--no-deps`. */
  readonly deps: boolean;
  readonly withStages?: true;
  readonly color: "auto" | "always" | "never";
  readonly ascii?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly debug?: true;
}
