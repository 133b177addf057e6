import type { ContainerPlan } from "../../model/job-plan.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import type { DnsConfig, PodSpec } from "./pod.ts";
import type { KubernetesSettings } from "./settings.ts";

type Scheduling = Omit<
  PodSpec,
  | "restartPolicy"
  | "initContainers"
  | "containers"
  | "volumes"
  | "hostAliases"
  | "activeDeadlineSeconds"
  | "securityContext"
  | "resources"
>;

/** Where a pod stands and as whom: node, account, logins, name servers. @source K-53, K-59 */
export function toScheduling(
  plans: readonly ContainerPlan[],
  settings: KubernetesSettings,
  pullSecrets: readonly string[],
): Scheduling {
  const secrets = settings.useServiceAccountImagePullSecrets ? [] : [...settings.imagePullSecrets, ...pullSecrets];
  const nodeSelector = { ...toPlatform(plans), ...settings.nodeSelector };
  return {
    ...withoutUndefined({
      serviceAccountName: settings.serviceAccount,
      automountServiceAccountToken: settings.automountServiceAccountToken,
      terminationGracePeriodSeconds: settings.timing.podTerminationGraceSeconds,
      affinity: settings.affinity,
      runtimeClassName: settings.runtimeClassName,
      priorityClassName: settings.priorityClassName,
      schedulerName: settings.schedulerName,
      hostUsers: settings.hostUsers,
      dnsPolicy: settings.dnsPolicy,
      dnsConfig: toDns(plans, settings.dnsConfig),
    }),
    ...(secrets.length === 0 ? {} : { imagePullSecrets: secrets.map((name) => ({ name })) }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...(settings.nodeTolerations.length === 0 ? {} : { tolerations: settings.nodeTolerations }),
    enableServiceLinks: false,
  };
}

/** `linux/arm64` of an image picks the node: all containers of a pod stand on one. */
function toPlatform(plans: readonly ContainerPlan[]): Readonly<Record<string, string>> {
  const platform = plans.find((plan) => plan.image.platform !== undefined)?.image.platform;
  const [os, architecture] = platform?.split("/") ?? [];
  if (os === undefined || architecture === undefined) return {};
  return { "kubernetes.io/os": os, "kubernetes.io/arch": architecture };
}

/** Name servers of the file come before the operator's; a pod has one set for all its containers. */
function toDns(plans: readonly ContainerPlan[], configured: DnsConfig | undefined): DnsConfig | undefined {
  const nameservers = unique([...plans.flatMap((plan) => plan.dns), ...(configured?.nameservers ?? [])]);
  const searches = unique([...plans.flatMap((plan) => plan.dnsSearch), ...(configured?.searches ?? [])]);
  const config = {
    ...(nameservers.length === 0 ? {} : { nameservers }),
    ...(searches.length === 0 ? {} : { searches }),
    ...(configured?.options === undefined ? {} : { options: configured.options }),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
