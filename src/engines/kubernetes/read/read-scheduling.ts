import type { TomlSection } from "../../../config/toml/toml-section.ts";
import { withoutUndefined } from "../../../text/without-undefined.ts";
import type { KubernetesSettings } from "../settings.ts";
import { toToleration } from "../tolerations.ts";
import { toApiJson } from "./api-words.ts";

type Scheduling = Pick<
  KubernetesSettings,
  | "nodeSelector"
  | "nodeSelectorOverwriteAllowed"
  | "nodeTolerations"
  | "nodeTolerationsOverwriteAllowed"
  | "affinity"
  | "runtimeClassName"
  | "priorityClassName"
  | "schedulerName"
>;

/** Which node a pod may stand on. @source K-59 */
export function readScheduling(
  engine: TomlSection,
  readPattern: (section: TomlSection, key: string) => string | undefined,
): Scheduling {
  const affinity = engine.raw("affinity");
  const tolerations = engine.stringMap("node_tolerations") ?? {};
  return {
    nodeSelector: engine.stringMap("node_selector") ?? {},
    nodeTolerations: Object.entries(tolerations).map(([taint, effect]) => toToleration(taint, effect)),
    ...withoutUndefined({
      nodeSelectorOverwriteAllowed: readPattern(engine, "node_selector_overwrite_allowed"),
      nodeTolerationsOverwriteAllowed: readPattern(engine, "node_tolerations_overwrite_allowed"),
      affinity: affinity === undefined ? undefined : toApiJson(affinity),
      runtimeClassName: engine.filled("runtime_class_name"),
      priorityClassName: engine.filled("priority_class_name"),
      schedulerName: engine.filled("scheduler_name"),
    }),
  };
}
