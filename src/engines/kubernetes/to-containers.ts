import { toPullReference } from "../../model/image-ref.ts";
import type { ContainerPlan, ImagePlan } from "../../model/job-plan.ts";
import { quoteForShell } from "../../text/shell-words.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import { agentArgv, agentFolder } from "./agent/agent-argv.ts";
import type { JobSettings } from "./overwrite-settings.ts";
import type { Container, Lifecycle, Probe } from "./pod.ts";
import { HELD_IMAGE, type ServicePlacement, type StepPlacement } from "./pod-layout.ts";
import { POLICY_WORDS } from "./pull-policies.ts";
import { literal, type SecretTest, toEnv, toSharedEnv } from "./to-env.ts";
import { toResources } from "./to-resources.ts";
import { toContainerSecurity } from "./to-security.ts";
import type { PodVolumes } from "./to-volumes.ts";

/** What every container of one pod is made with. */
export interface PodBuilder {
  readonly settings: JobSettings;
  /** Of the pod, and of its Secret. */
  readonly podName: string;
  /** Of the ConfigMap with the agent's script: all pods of a job share one. */
  readonly agentConfigMap: string;
  readonly volumes: PodVolumes;
  readonly isSecret: SecretTest;
  /** Of each container: how many of its image's pull policies have failed. */
  readonly failedPolicies: ReadonlyMap<string, number>;
  /** What only the Secret holds; filled while containers are made. */
  readonly sealed: Record<string, string>;
}

/**
 * The agent is process 1 of every container that runs scripts, and of `helper`. A script in the foreground keeps it from
 * hearing TERM, so the cluster says it in another way before.
 *
 * @param hooks the operator's: what they do before the end comes first.
 * @source K-18, K-112
 */
function toAgent(container: string, hooks: Lifecycle = {}): Pick<Container, "command" | "lifecycle"> {
  const folder = agentFolder(container);
  const leave = agentArgv("leave", folder);
  const before = hooks.preStop?.exec.command;
  const command = before === undefined ? leave : ["sh", "-c", [before, leave].map(toShellLine).join("; ")];
  return { command: agentArgv("serve", folder), lifecycle: { ...hooks, preStop: { exec: { command } } } };
}

function toShellLine(argv: readonly string[]): string {
  return argv.map(quoteForShell).join(" ");
}

/** Started by the image's entry point, or the file's, with the agent as its arguments. @source K-41 */
function toAgentBehind(
  plan: ContainerPlan,
  container: string,
  hooks: Lifecycle | undefined,
): Pick<Container, "command" | "args" | "lifecycle"> {
  const { command, lifecycle } = toAgent(container, hooks);
  return {
    ...toProgram({ ...plan, command: [] }),
    ...(command === undefined ? {} : { args: command }),
    ...withoutUndefined({ lifecycle }),
  };
}

/** The container of a job's scripts, or of a step that is its image's own program and waits for its turn. */
export function toStepContainer(name: string, steps: readonly StepPlacement[], build: PodBuilder): Container {
  const [first] = steps;
  if (first === undefined) throw new Error(`container "${name}" without a step`);
  const { plan, start } = first;
  if (start === "image") {
    // With an open input an image that is only a shell would wait for ever.
    const { stdin: _, ...program } = toProgramContainer(name, plan, "build", build);
    return { ...program, image: HELD_IMAGE };
  }
  const plans = steps.map((step) => step.plan);
  return {
    ...toBasics(name, plan.image, build),
    ...(build.settings.honorsEntrypoint
      ? toAgentBehind(plan, name, build.settings.lifecycle)
      : toAgent(name, build.settings.lifecycle)),
    env: toSharedEnv(plans, build.isSecret),
    ...withoutUndefined({ resources: toResources("build", build.settings.resources.build, plan) }),
    securityContext: toContainerSecurity("build", plan, build.settings.security),
    volumeMounts: [...build.volumes.forAll(plan), ...build.volumes.forAgent(build.agentConfigMap)],
  };
}

/** Receives the sources and packs what stays of a job, away from the processes of the user. @source K-5 */
export function toHelperContainer(image: ImagePlan, build: PodBuilder): Container {
  return {
    ...toBasics("helper", image, build),
    ...toAgent("helper", build.settings.lifecycle),
    ...withoutUndefined({ resources: toResources("helper", build.settings.resources.helper) }),
    securityContext: toContainerSecurity("helper", undefined, build.settings.security),
    volumeMounts: [...build.volumes.forAll(undefined), ...build.volumes.forAgent(build.agentConfigMap)],
  };
}

export function toServiceContainer({ plan, container, isHeld }: ServicePlacement, build: PodBuilder): Container {
  const service = toProgramContainer(container, plan, "service", build);
  return isHeld ? { ...service, image: HELD_IMAGE } : service;
}

/**
 * The same as an init container that goes on running beside the others.
 *
 * @param probe holds back every container after it; undefined: it has only to be started.
 * @source K-111
 */
export function toSidecar(service: ServicePlacement, probe: Probe | undefined, build: PodBuilder): Container {
  return {
    ...toServiceContainer(service, build),
    restartPolicy: "Always",
    ...(probe === undefined ? {} : { startupProbe: probe }),
  };
}

/** A container that runs its image's own program, or what the file says instead. @source K-18, K-40, K-42 */
function toProgramContainer(
  name: string,
  plan: ContainerPlan,
  kind: "build" | "service",
  build: PodBuilder,
): Container {
  const { settings, podName, isSecret, sealed, volumes } = build;
  const env = toEnv(plan, name, podName, isSecret);
  Object.assign(sealed, env.sealed);
  const own = kind === "service" ? settings.serviceResources.get(plan.id) : undefined;
  return {
    ...toBasics(name, plan.image, build),
    ...toProgram(plan),
    ...withoutUndefined({ lifecycle: settings.lifecycle }),
    ...(plan.workingDir === undefined ? {} : { workingDir: plan.workingDir }),
    env: env.entries,
    ...withoutUndefined({ resources: toResources(kind, own ?? settings.resources[kind], plan) }),
    securityContext: toContainerSecurity(kind, plan, settings.security),
    volumeMounts: volumes.forAll(plan),
  };
}

/** `helper` takes the build image's policies (K-50); after a failed one comes the next (K-51). */
function toBasics(
  name: string,
  image: ImagePlan,
  { failedPolicies }: PodBuilder,
): Pick<Container, "name" | "image" | "imagePullPolicy" | "stdin"> {
  const { pullPolicies } = image;
  const policy = pullPolicies[Math.min(failedPolicies.get(name) ?? 0, pullPolicies.length - 1)];
  return {
    name,
    image: toPullReference(image.ref),
    ...(policy === undefined ? {} : { imagePullPolicy: POLICY_WORDS[policy] }),
    stdin: true,
  };
}

/** Entry point and command under the names they have here; an empty one is the image's own. @source K-40 */
function toProgram(plan: ContainerPlan): Pick<Container, "command" | "args"> {
  const isGiven = (words: readonly string[] | undefined): words is readonly string[] =>
    words !== undefined && words.some((word) => word !== "");
  return {
    ...(isGiven(plan.entrypoint) ? { command: plan.entrypoint.map(literal) } : {}),
    ...(isGiven(plan.command) ? { args: plan.command.map(literal) } : {}),
  };
}
