import { toPullReference } from "../../model/image-ref.ts";
import type { ContainerPlan, ImagePlan, JobPlan } from "../../model/job-plan.ts";
import type { PullPolicy } from "../../model/pipeline.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import { agentArgv, agentFolder } from "./agent/agent-argv.ts";
import { hostAliases } from "./host-aliases.ts";
import { type LabelSource, toMetadata } from "./labels.ts";
import { byBytes } from "./names.ts";
import type { Container, ImagePullPolicy, Pod, PodSpec, Probe, Secret } from "./pod.ts";
import {
  HELD_IMAGE,
  type PodLayout,
  type ServicePlacement,
  type StepPlacement,
  stepsByContainer,
} from "./pod-layout.ts";
import type { KubernetesSettings } from "./settings.ts";
import { literal, type SecretTest, secretTest, toEnv, toSharedEnv } from "./to-env.ts";
import { toResources } from "./to-resources.ts";
import { toContainerSecurity, toPodSecurity } from "./to-security.ts";
import { PodVolumes } from "./to-volumes.ts";

/** What a job cannot know of itself: names, owner, and what the cluster can do. */
export interface PodContext {
  /** Of the pod, and of the ConfigMap and the Secret that go with it. */
  readonly name: string;
  readonly namespace?: string;
  readonly labels: LabelSource;
  readonly layout: PodLayout;
  readonly services: ServiceForm;
  /** Of each container: how many of its image's pull policies have failed. @source K-51 */
  readonly failedPolicies: ReadonlyMap<string, number>;
  /** Names of Secrets with registry logins, beside the operator's. @source K-53 */
  readonly pullSecrets: readonly string[];
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
}

/**
 * The agent is process 1 of every container that runs scripts, and of `helper`. A script in the foreground keeps it from
 * hearing TERM, so the cluster says it in another way before.
 *
 * @source K-112
 */
function toAgent(container: string): Pick<Container, "command" | "lifecycle"> {
  const folder = agentFolder(container);
  return {
    command: agentArgv("serve", folder),
    lifecycle: { preStop: { exec: { command: agentArgv("leave", folder) } } },
  };
}

/** A pod for a whole job. Same arguments, same pod. */
export function toPod(job: JobPlan, settings: KubernetesSettings, context: PodContext): PodObjects {
  const { layout, services } = context;
  const volumes = new PodVolumes(job, settings.volumes);
  const isSecret = secretTest(job.secrets);
  const sealed: Record<string, string> = {};
  const build: Builder = { settings, context, volumes, isSecret, sealed };
  const own = [...stepsByContainer(layout)].map(([name, steps]) => toStepContainer(name, steps, build));
  const [first, ...others] = own;
  const placed = services.kind === "pods" ? [] : layout.services;
  const beside = placed.toSorted((a, b) => byBytes(a.container, b.container));
  const inOrder = services.kind === "sidecars" ? placed : beside;
  const serviceContainers = inOrder.map((placement) => toServiceContainer(placement, build));
  const containers = [...(first === undefined ? [] : [first]), toHelper(build), ...others];
  const spec: PodSpec = {
    ...toPodBasics(job, settings, context),
    ...(services.kind === "sidecars" ? { initContainers: serviceContainers } : {}),
    containers: services.kind === "sidecars" ? containers : [...containers, ...serviceContainers],
    ...toHosts(job, settings, context),
    volumes: volumes.all,
  };
  const metadata = { ...toNamedMetadata(settings, context), ...toMetadata(context.labels, "job", "job") };
  return { pod: { apiVersion: "v1", kind: "Pod", metadata, spec }, secret: toSecret(context, sealed) };
}

/** What every container of one pod is made with. */
interface Builder {
  readonly settings: KubernetesSettings;
  readonly context: PodContext;
  readonly volumes: PodVolumes;
  readonly isSecret: SecretTest;
  /** Filled while containers are made. */
  readonly sealed: Record<string, string>;
}

function toStepContainer(name: string, steps: readonly StepPlacement[], build: Builder): Container {
  const { settings, volumes, isSecret } = build;
  const plan = steps[0]?.plan;
  if (plan === undefined) throw new Error(`container "${name}" without a step`);
  const isHeld = steps[0]?.start === "image";
  return {
    ...toBasics(name, plan.image, build),
    ...(isHeld ? { image: HELD_IMAGE, ...toProgram(plan) } : toAgent(name)),
    ...(isHeld && plan.workingDir !== undefined ? { workingDir: plan.workingDir } : {}),
    env: isHeld
      ? sealedEnv(plan, name, build)
      : toSharedEnv(
          steps.map((step) => step.plan),
          isSecret,
        ),
    ...withoutUndefined({ resources: toResources("build", settings.resources.build, plan) }),
    securityContext: toContainerSecurity("build", plan, settings.security),
    volumeMounts: [...volumes.forAll(plan), ...(isHeld ? [] : volumes.forAgent(build.context.name))],
  };
}

function toHelper(build: Builder): Container {
  const { settings, volumes, context } = build;
  return {
    ...toBasics("helper", context.layout.helperImage, build),
    ...toAgent("helper"),
    ...withoutUndefined({ resources: toResources("helper", settings.resources.helper) }),
    securityContext: toContainerSecurity("helper", undefined, settings.security),
    volumeMounts: [...volumes.forAll(undefined), ...volumes.forAgent(context.name)],
  };
}

function toServiceContainer({ plan, container, isHeld }: ServicePlacement, build: Builder): Container {
  const { settings, volumes, context } = build;
  const form = context.services;
  const probe = form.kind === "sidecars" ? form.probes.get(plan.id) : undefined;
  return {
    ...toBasics(container, plan.image, build),
    ...(isHeld ? { image: HELD_IMAGE } : {}),
    ...toProgram(plan),
    ...(plan.workingDir === undefined ? {} : { workingDir: plan.workingDir }),
    env: sealedEnv(plan, container, build),
    ...(form.kind === "sidecars" ? { restartPolicy: "Always" } : {}),
    ...(probe === undefined ? {} : { startupProbe: probe }),
    ...withoutUndefined({ resources: toResources("service", settings.resources.service, plan) }),
    securityContext: toContainerSecurity("service", plan, settings.security),
    volumeMounts: volumes.forAll(plan),
  };
}

function toBasics(
  name: string,
  image: ImagePlan,
  { settings, context }: Builder,
): Pick<Container, "name" | "image" | "stdin"> {
  const policy = pullPoliciesOf(image, settings)[context.failedPolicies.get(name) ?? 0];
  return {
    name,
    image: toPullReference(image.ref),
    ...(policy === undefined ? {} : { imagePullPolicy: POLICY_WORDS[policy] }),
    stdin: true,
  };
}

const POLICY_WORDS: Readonly<Record<PullPolicy, ImagePullPolicy>> = {
  always: "Always",
  "if-not-present": "IfNotPresent",
  never: "Never",
};

/** @source K-50 */
export function pullPoliciesOf(image: ImagePlan, settings: KubernetesSettings): readonly PullPolicy[] {
  const { allowedPullPolicies: allowed } = settings;
  return allowed === undefined ? image.pullPolicies : image.pullPolicies.filter((policy) => allowed.includes(policy));
}

/** Entry point and command under the names they have here; an empty one is the image's own. @source K-40 */
function toProgram(plan: ContainerPlan): Pick<Container, "command" | "args"> {
  const given = (words: readonly string[] | undefined): words is readonly string[] =>
    words !== undefined && words.some((word) => word !== "");
  return {
    ...(given(plan.entrypoint) ? { command: plan.entrypoint.map(literal) } : {}),
    ...(given(plan.command) ? { args: plan.command.map(literal) } : {}),
  };
}

function sealedEnv(plan: ContainerPlan, container: string, build: Builder): NonNullable<Container["env"]> {
  const { entries, sealed } = toEnv(plan, container, build.context.name, build.isSecret);
  Object.assign(build.sealed, sealed);
  return entries;
}

function toPodBasics(
  job: JobPlan,
  settings: KubernetesSettings,
  context: PodContext,
): Omit<PodSpec, "containers" | "volumes"> {
  const secrets = settings.useServiceAccountImagePullSecrets
    ? []
    : [...settings.imagePullSecrets, ...context.pullSecrets].map((name) => ({ name }));
  return {
    restartPolicy: "Never",
    ...withoutUndefined({
      serviceAccountName: settings.serviceAccount,
      automountServiceAccountToken: settings.automountServiceAccountToken,
      terminationGracePeriodSeconds: settings.timing.podTerminationGraceSeconds,
      activeDeadlineSeconds: settings.activeDeadline ? toDeadline(job) : undefined,
      securityContext: toPodSecurity([...job.services, ...job.steps], settings.security),
      resources: toResources("pod", settings.resources.pod),
      affinity: settings.affinity,
      runtimeClassName: settings.runtimeClassName,
      priorityClassName: settings.priorityClassName,
      schedulerName: settings.schedulerName,
      hostUsers: settings.hostUsers,
      dnsPolicy: settings.dnsPolicy,
      dnsConfig: settings.dnsConfig,
    }),
    ...(secrets.length === 0 ? {} : { imagePullSecrets: secrets }),
    ...(Object.keys(settings.nodeSelector).length === 0 ? {} : { nodeSelector: settings.nodeSelector }),
    ...(settings.nodeTolerations.length === 0 ? {} : { tolerations: settings.nodeTolerations }),
    enableServiceLinks: false,
  };
}

/** After the job's own limit, so that ours speaks first, and the wait for services with it. @source K-19, K-111 */
function toDeadline(job: JobPlan): number {
  const waits = job.services.map(({ readiness }) => (readiness.kind === "none" ? 0 : readiness.timeoutMs));
  return Math.ceil((job.timeoutMs + Math.max(0, ...waits)) / 1000) + 1;
}

function toHosts(
  job: JobPlan,
  settings: KubernetesSettings,
  { layout, services }: PodContext,
): Pick<PodSpec, "hostAliases"> {
  const addresses = services.kind === "pods" ? services.addresses : "loopback";
  const aliases = hostAliases(job, layout, addresses, settings.hostAliases);
  return aliases.length === 0 ? {} : { hostAliases: aliases };
}

function toNamedMetadata(
  _settings: KubernetesSettings,
  { name, namespace }: PodContext,
): { readonly name: string; readonly namespace?: string } {
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}

function toSecret(context: PodContext, sealed: Readonly<Record<string, string>>): Secret | undefined {
  if (Object.keys(sealed).length === 0) return undefined;
  const { name, namespace, labels } = context;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...toMetadata(labels, "secret", "secret"),
  };
  return { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: sealed };
}
