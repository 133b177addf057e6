import type { JobPlan, ServicePlan } from "../../model/job-plan.ts";
import type { JsonRecord } from "../json.ts";
import { toList, toRecord } from "../json.ts";
import type { ClusterTraits } from "./cluster-traits.ts";
import type { Probe } from "./pod.ts";
import type { PodLayout } from "./pod-layout.ts";
import type { KubernetesSettings } from "./settings.ts";
import type { ServiceForm } from "./to-pod.ts";

/**
 * Services are plain containers beside the job's. Where readiness is required and the cluster can hold the job's containers
 * back until services are ready, it does: a job that only warns must go on, which that form cannot.
 *
 * @source K-111, K-111b
 */
export function chooseServiceForm(
  job: JobPlan,
  layout: PodLayout,
  settings: Pick<KubernetesSettings, "servicesRestart">,
  traits: ClusterTraits,
): ServiceForm {
  const isWanted = layout.services.length > 0 && settings.servicesRestart && job.servicePolicy.whenNotReady === "fail";
  // One that waits for its turn would hold back all that come after it.
  const isPossible = traits.hasSidecars && layout.services.every((service) => !service.isHeld);
  if (!isWanted || !isPossible) return { kind: "containers" };
  const probes = layout.services.flatMap(({ plan }) => {
    const probe = toStartupProbe(plan);
    return probe === undefined ? [] : [[plan.id, probe] as const];
  });
  return { kind: "sidecars", probes: new Map(probes) };
}

/** A cluster that does not know sidecars drops the word that makes them, and would wait for them for ever. */
export function keptSidecars(pod: JsonRecord): boolean {
  const containers = toList(toRecord(pod["spec"])["initContainers"]).map(toRecord);
  return containers.every((container) => container["restartPolicy"] === "Always");
}

function toStartupProbe({ readiness }: ServicePlan): Probe | undefined {
  if (readiness.kind === "none" || readiness.kind === "auto") return undefined;
  const limits = { periodSeconds: 1, failureThreshold: Math.max(1, Math.ceil(readiness.timeoutMs / 1000)) };
  if (readiness.kind === "command") return { exec: { command: readiness.argv }, ...limits };
  const [port, ...others] = readiness.kind === "tcp" ? readiness.ports : [];
  return port === undefined || others.length > 0 ? undefined : { tcpSocket: { port }, ...limits };
}
