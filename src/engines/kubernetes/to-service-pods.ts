import type { JobPlan } from "../../model/job-plan.ts";
import { aliasesOfServices } from "./host-aliases.ts";
import { servicePodName } from "./names.ts";
import type { ServicePlacement } from "./pod-layout.ts";
import type { KubernetesSettings } from "./settings.ts";
import { toHelperContainer, toServiceContainer } from "./to-containers.ts";
import { finishPod, type PodContext, type PodObjects, startPod } from "./to-pod.ts";

/**
 * A service as a pod of its own: the same container under the same name, an address of its own, and a `helper` beside it
 * that sees who listens. The job's pod is made when the addresses are known, and its hosts file points to them; so does
 * that of a service to those before it.
 *
 * @param context of the job's pod, after which this one is called.
 */
export function toServicePod(
  job: JobPlan,
  service: ServicePlacement,
  settings: KubernetesSettings,
  context: PodContext,
): PodObjects {
  const own: PodContext = { ...context, name: servicePodName(context.name, service.container) };
  const build = { ...startPod(job, settings, own), agentConfigMap: context.name };
  const containers = [toServiceContainer(service, build), toHelperContainer(context.layout.helperImage, build)];
  const addresses = context.services.kind === "pods" ? context.services.addresses : new Map<string, string>();
  const hostAliases = aliasesOfServices(context.layout, addresses, settings.hostAliases);
  const hosts = hostAliases.length === 0 ? {} : { hostAliases };
  return finishPod(job, build, own, { containers, ...hosts }, "service");
}
