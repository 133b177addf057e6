import type { ContainerOptions, ContainerPlan } from "../../model/job-plan.ts";
import type { Diagnostic } from "../../text/diagnostic.ts";

type Option = keyof ContainerOptions;

/** Options of an engine on one machine that a pod does not have. Without them a container may behave otherwise. */
const WITHOUT_EFFECT: ReadonlyMap<Option, string> = new Map([
  ["ulimits", "limits of processes are the node's"],
  ["cpuset", "processors are the node's to give"],
  ["memorySwapBytes", "swap is the node's"],
  ["memorySwappiness", "swap is the node's"],
  ["oomKillDisable", "the node kills what needs too much memory"],
  ["networks", "a pod has one network"],
  ["ipcMode", "the containers of a pod share their memory with each other and with nobody else"],
  ["pidMode", "containers have their own processes"],
  ["usernsMode", "the operator's settings say it: host_users"],
  ["securityOpt", "the operator's settings say it: service_container_security_context"],
  ["cgroupParent", "groups are the node's"],
  ["volumesFrom", "a container has the volumes that it names"],
]);

/**
 * What a file asks for and no pod can give. A network of its own is an error, because a container without it would be
 * reachable, or reach, what it should not.
 */
export function findForeignOptions(plan: ContainerPlan): readonly Diagnostic[] {
  const { id, at, networkMode } = plan;
  const warnings = [...WITHOUT_EFFECT].flatMap(([option, why]): readonly Diagnostic[] => {
    const value = plan[option];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    const message = `"${option}" of "${id}" has no effect on Kubernetes: ${why}`;
    return [{ severity: "warning", code: "engine-option", message, at }];
  });
  if (networkMode === undefined) return warnings;
  const message = `"${id}" asks for the network "${networkMode}": on Kubernetes the containers of a job share their pod's`;
  return [
    ...warnings,
    { severity: "error", code: "engine-option", message, at, hint: "run this job on Docker: --engine docker" },
  ];
}
