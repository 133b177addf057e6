import type { JobPlan, ServicePlan } from "../../model/job-plan.ts";
import { knownPortsOf } from "../../model/known-ports.ts";
import type { KubernetesSettings } from "./settings.ts";

/** `pod`: all in the job's pod, at 127.0.0.1. `pods`: every service in one of its own, with its own address. */
export type ServiceLayout = "pod" | "pods";

export interface ChosenLayout {
  readonly layout: ServiceLayout;
  /** For people: `services "db" and "other" both listen on 3306`; undefined: nothing spoke against one pod. */
  readonly why: string | undefined;
}

/**
 * One pod, unless two services certainly want one port: the containers of a pod share them. A job whose containers share
 * one network is one pod, whatever else.
 *
 * @source K-35
 */
export function chooseLayout(job: JobPlan, settings: Pick<KubernetesSettings, "serviceLayout">): ChosenLayout {
  const why = findClash(job.services);
  if (job.network === "shared") return { layout: "pod", why };
  if (settings.serviceLayout !== "auto") return { layout: settings.serviceLayout, why };
  return { layout: why === undefined ? "pod" : "pods", why };
}

function findClash(services: readonly ServicePlan[]): string | undefined {
  const holders = new Map<number, ServicePlan>();
  for (const service of services) {
    for (const port of portsOf(service)) {
      const holder = holders.get(port);
      if (holder !== undefined) return `services "${holder.id}" and "${service.id}" both listen on ${port}`;
      holders.set(port, service);
    }
  }
  return undefined;
}

/** What the file names, else what its image is known for; the image itself only the cluster sees. */
function portsOf({ declaredPorts, readiness, image }: ServicePlan): ReadonlySet<number> {
  const named = [...declaredPorts, ...(readiness.kind === "tcp" ? readiness.ports : [])];
  return new Set(named.length > 0 ? named : knownPortsOf(image.ref));
}
