import type { RunnerSection } from "../config/runner-section.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { Owner } from "../model/owner.ts";
import { type EnginePlanner, PLAIN_PLANNER } from "./engine-planner.ts";

export interface PlannerSettings {
  /** The operator's, of this engine; undefined: no file was given. */
  readonly section: RunnerSection | undefined;
  readonly owner: Owner;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * What an engine would do, by its name, without its libraries. What is wrong in the operator's settings is told by the
 * section itself.
 *
 * @throws UsageError for a name that is no engine's.
 */
export async function openPlanner(name: string, settings: PlannerSettings): Promise<EnginePlanner> {
  switch (name) {
    case "docker":
    case "fake":
      return PLAIN_PLANNER;
    case "kubernetes": {
      const [{ KubernetesPlanner }, { readKubernetesSettings }, { DEFAULT_KUBERNETES_SETTINGS }] = await Promise.all([
        import("./kubernetes/kubernetes-planner.ts"),
        import("./kubernetes/read/read-settings.ts"),
        import("./kubernetes/settings.ts"),
      ]);
      const { section } = settings;
      const read = section === undefined ? DEFAULT_KUBERNETES_SETTINGS : readKubernetesSettings(section);
      return new KubernetesPlanner(read, settings);
    }
    default:
      throw new UsageError(`"${name}" is no engine`, { hint: 'engines are "docker" and "kubernetes"' });
  }
}
