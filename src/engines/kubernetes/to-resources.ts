import type { ContainerPlan } from "../../model/job-plan.ts";
import type { Resources } from "./pod.ts";
import type { ResourceOwner, ResourceSettings } from "./settings.ts";

/** The quantities of one container or of the pod, after every overwrite. @source K-45 */
export function toResources(
  owner: ResourceOwner,
  settings: ResourceSettings,
  plan?: ContainerPlan,
): Resources | undefined {
  const { cpu, memory, ephemeralStorage } = settings;
  const storage = owner === "pod" ? {} : { "ephemeral-storage": ephemeralStorage };
  const ranges = Object.entries({ cpu, memory, ...storage });
  const requests = ranges.flatMap(([kind, range]) => (range.request === undefined ? [] : [[kind, range.request]]));
  const limits = ranges.flatMap(([kind, range]) => (range.limit === undefined ? [] : [[kind, range.limit]]));
  const resources = {
    requests: { ...Object.fromEntries(requests), ...requestsOf(plan) },
    limits: { ...Object.fromEntries(limits), ...limitsOf(plan) },
  };
  const isEmpty = (part: object): boolean => Object.keys(part).length === 0;
  if (isEmpty(resources.requests) && isEmpty(resources.limits)) return undefined;
  return {
    ...(isEmpty(resources.requests) ? {} : { requests: resources.requests }),
    ...(isEmpty(resources.limits) ? {} : { limits: resources.limits }),
  };
}

/** 1024 shares are the weight of one processor on every engine. */
function requestsOf(plan: ContainerPlan | undefined): Readonly<Record<string, string>> {
  if (plan?.cpuShares === undefined) return {};
  return { cpu: `${Math.max(1, Math.round((plan.cpuShares * 1000) / 1024))}m` };
}

function limitsOf(plan: ContainerPlan | undefined): Readonly<Record<string, string>> {
  const { memoryBytes, cpus, cpuQuota } = plan ?? {};
  const milliCpus = cpus === undefined ? (cpuQuota === undefined ? undefined : cpuQuota / 100) : cpus * 1000;
  return {
    ...(memoryBytes === undefined ? {} : { memory: String(memoryBytes) }),
    ...(milliCpus === undefined ? {} : { cpu: `${Math.max(1, Math.round(milliCpus))}m` }),
  };
}
