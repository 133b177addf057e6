import type { SourceSpan } from "../text/source.ts";
import type { ContainerSpec } from "./container.ts";

export interface Step extends ContainerSpec {
  readonly name: string;
  readonly scripts: readonly Script[];
  /**
   * Names of steps of this job that must have ended first. Undefined: all earlier steps, in order. Steps of one `group`
   * name the same predecessors; a step left out by its `when` is replaced by its own predecessors.
   * A step with `detach` counts as ended once it runs.
   */
  readonly dependsOn?: readonly string[];
  readonly detach: boolean;
  readonly when: "on_success" | "on_failure" | "always";
  readonly ignoreFailure: boolean;
  readonly at: SourceSpan;
  /** No commands: the image's own entry point does the work, with its settings as `PLUGIN_*` variables or arguments. */
  readonly isPlugin?: true;
  /** Starts without waiting for the services (DR-218). */
  readonly needsServices?: false;
}

/**
 * Commands that one fresh shell runs in a step's container, in order, until one fails.
 *
 * `main` decides the step's result; of several, each has a shell of its own and the first failure is the last one run.
 * `after` runs whatever `main` gave, in the same container and a new shell, and only
 * warns (GS-841, GS-853). A step without scripts runs its image's own entry point and command.
 */
export interface Script {
  readonly kind: "main" | "after";
  readonly commands: readonly string[];
  /** On top of the container's own (`run:` steps, GY-132). */
  readonly variables?: ReadonlyMap<string, string>;
}
