import type { ContainerPlan, JobPlan } from "../../model/job-plan.ts";
import { assertNever } from "../../text/assert-never.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import { hostAliases, type ServiceAddresses } from "./host-aliases.ts";
import { type LabelSource, toMetadata } from "./labels.ts";
import { byBytes, servicePodName, toLabelValue } from "./names.ts";
import { overwriteSettings } from "./overwrite-settings.ts";
import { patchPodSpec } from "./patch-pod-spec.ts";
import type { Container, Metadata, Pod, PodSpec, Probe, Secret } from "./pod.ts";
import { type PodLayout, stepsByContainer } from "./pod-layout.ts";
import type { KubernetesSettings } from "./settings.ts";
import { type PodBuilder, toHelperContainer, toServiceContainer, toSidecar, toStepContainer } from "./to-containers.ts";
import { secretTest } from "./to-env.ts";
import { toDockerConfig, type UserLogins } from "./to-pull-secret.ts";
import { toResources } from "./to-resources.ts";
import { toScheduling } from "./to-scheduling.ts";
import { toPodSecurity } from "./to-security.ts";
import { PodVolumes } from "./to-volumes.ts";

/** What a job cannot know of itself: names, owner, and what the cluster can do. */
export interface PodContext {
  /** Of the pod, and of the ConfigMap and the Secret that go with it. */
  readonly name: string;
  /** Of the cluster's access; undefined: the settings', else whatever the cluster takes. */
  readonly namespace?: string;
  readonly labels: LabelSource;
  readonly layout: PodLayout;
  readonly services: ServiceForm;
  /** Of each container: how many of its image's pull policies have failed. @source K-51 */
  readonly failedPolicies: ReadonlyMap<string, number>;
  /** The user's own for the job's images. @source K-53 */
  readonly logins: UserLogins;
}

/** What the services of a pod are. @source K-111, K-111b */
export type ServiceForm =
  | { readonly kind: "containers" }
  /** `probes` by a service's id; a service without one has only to be started. */
  | { readonly kind: "sidecars"; readonly probes: ReadonlyMap<string, Probe> }
  /** In pods of their own, at these addresses by a service's id. */
  | { readonly kind: "pods"; readonly addresses: ReadonlyMap<string, string> };

/** A pod, and the Secret with what must not stand in it. */
export interface PodObjects {
  readonly pod: Pod;
  /** Undefined: nothing is secret. Called as the pod. */
  readonly secret: Secret | undefined;
  /** Logins of the user, the file and the job's variables; undefined: there are none. */
  readonly pullSecret: Secret | undefined;
}

const DOCKER_CONFIG = "kubernetes.io/dockerconfigjson";

/**
 * A pod for a whole job. Same arguments, same pod.
 *
 * @throws EngineFailureError when a patch of the operator's does not fit.
 */
export function toPod(job: JobPlan, settings: KubernetesSettings, context: PodContext): PodObjects {
  const { layout, services } = context;
  const build = startPod(job, settings, context);
  const own = [...stepsByContainer(layout)].map(([name, steps]) => toStepContainer(name, steps, build));
  const helper = toHelperContainer(layout.helperImage, build);
  const containers = [...own.slice(0, 1), helper, ...own.slice(1)];
  const addresses = services.kind === "pods" ? services.addresses : "loopback";
  return finishPod(job, build, context, {
    ...toServices(layout, services, containers, build),
    ...toHosts(job, settings, layout, addresses),
  });
}

/** Where a pod begins: with the settings that its job's variables have changed. */
export function startPod(job: JobPlan, settings: KubernetesSettings, context: PodContext): PodBuilder {
  return {
    settings: overwriteSettings(job, settings).settings,
    podName: context.name,
    agentConfigMap: context.name,
    volumes: new PodVolumes(job, settings.volumes),
    isSecret: secretTest(job.secrets),
    failedPolicies: context.failedPolicies,
    sealed: {},
  };
}

/** Everything of a pod that has nothing to do with which containers are in it. */
export function finishPod(
  job: JobPlan,
  build: PodBuilder,
  context: PodContext,
  parts: Pick<PodSpec, "containers" | "initContainers" | "hostAliases">,
  kind: "job" | "service" = "job",
): PodObjects {
  const { settings, volumes, podName } = build;
  const plans: readonly ContainerPlan[] = [...job.services, ...job.steps];
  const logins = settings.useServiceAccountImagePullSecrets ? undefined : toDockerConfig(job, context.logins);
  const spec: PodSpec = {
    restartPolicy: "Never",
    ...parts,
    volumes: volumes.all,
    ...withoutUndefined({
      activeDeadlineSeconds: settings.activeDeadline ? toDeadline(job) : undefined,
      securityContext: toPodSecurity(plans, settings.security),
      resources: kind === "job" ? toResources("pod", settings.resources.pod) : undefined,
    }),
    ...toScheduling(plans, settings, logins === undefined ? [] : [pullSecretName(podName)]),
  };
  const metadata = toPodMetadata(build, context, kind);
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata, spec: patchPodSpec(spec, settings.podSpecPatches) };
  const { sealed } = build;
  return {
    pod,
    secret: Object.keys(sealed).length === 0 ? undefined : toSecret(context, podName, "Opaque", sealed),
    pullSecret:
      logins === undefined
        ? undefined
        : toSecret(context, pullSecretName(podName), DOCKER_CONFIG, { ".dockerconfigjson": logins }),
  };
}

function toServices(
  layout: PodLayout,
  form: ServiceForm,
  containers: readonly Container[],
  build: PodBuilder,
): Pick<PodSpec, "containers" | "initContainers"> {
  switch (form.kind) {
    case "pods":
      return { containers };
    case "sidecars":
      return {
        ...(layout.services.length === 0
          ? {}
          : {
              initContainers: layout.services.map((service) =>
                toSidecar(service, form.probes.get(service.plan.id), build),
              ),
            }),
        containers,
      };
    case "containers": {
      const sorted = layout.services.toSorted((a, b) => byBytes(a.container, b.container));
      return { containers: [...containers, ...sorted.map((service) => toServiceContainer(service, build))] };
    }
    default:
      return assertNever(form);
  }
}

function toHosts(
  job: JobPlan,
  settings: KubernetesSettings,
  layout: PodLayout,
  addresses: ServiceAddresses,
): Pick<PodSpec, "hostAliases"> {
  const aliases = hostAliases(job, layout, addresses, settings.hostAliases);
  return aliases.length === 0 ? {} : { hostAliases: aliases };
}

function pullSecretName(pod: string): string {
  return servicePodName(pod, "pull");
}

/** After the job's own limit, so that ours speaks first, and the wait for services with it. @source K-19, K-111 */
function toDeadline(job: JobPlan): number {
  const waits = job.services.map(({ readiness }) => (readiness.kind === "none" ? 0 : readiness.timeoutMs));
  return Math.ceil((job.timeoutMs + Math.max(0, ...waits)) / 1000) + 1;
}

/** The operator's labels and annotations may not replace ours, by which objects are found again. @source K-16, K-17 */
function toPodMetadata({ settings, podName }: PodBuilder, context: PodContext, kind: "job" | "service"): Metadata {
  const ours = toMetadata(context.labels, kind, podName);
  const labels = Object.entries(settings.podLabels).map(([key, value]) => [key, toLabelValue(value)]);
  return {
    ...toPlace(context, podName, settings),
    labels: { ...Object.fromEntries(labels.filter(([key]) => !isReserved(key ?? ""))), ...ours.labels },
    annotations: { ...settings.podAnnotations, ...ours.annotations },
  };
}

function isReserved(label: string): boolean {
  return /^(?:[^/]*\.)?runner\.gitlab\.com\//.test(label);
}

function toPlace(
  { namespace: given }: PodContext,
  name: string,
  settings: KubernetesSettings,
): { readonly name: string; readonly namespace?: string } {
  const namespace = given ?? settings.namespace;
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

function toSecret(
  { namespace, labels }: PodContext,
  name: string,
  type: string,
  stringData: Readonly<Record<string, string>>,
): Secret {
  const place = { name, ...(namespace === undefined ? {} : { namespace }) };
  const metadata = { ...place, ...toMetadata(labels, "secret", name) };
  return { apiVersion: "v1", kind: "Secret", metadata, type, stringData };
}
