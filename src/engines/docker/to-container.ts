import type { ContainerPlan, NameSpacePlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import type { FetchedImage } from "../engine.ts";
import { isBareShell, SHELL_PROBE_ARGV } from "../shell-probe.ts";
import { type ObjectKind, toLabels } from "./labels.ts";
import { containerName } from "./names.ts";
import type { SandboxFrame } from "./sandbox-frame.ts";
import { type HostBody, NO_ENGINE_LOG, toHostBody, toNetworking } from "./to-host-config.ts";

/** No part of a job has this id: its own begin with a letter or a digit. */
const OWNER_ID = "-network";

/** A container to create. */
export interface ContainerRequest {
  readonly name: string;
  readonly platform: string | undefined;
  /** Networks of the engine to join before it starts, beside that of the body. */
  readonly furtherNetworks: readonly string[];
  readonly body: ContainerBody;
}

/** The API's own words; a key that is left out takes the image's or the engine's value. */
export interface ContainerBody {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly AttachStdin: boolean;
  readonly AttachStdout: true;
  readonly AttachStderr: true;
  readonly OpenStdin: boolean;
  readonly StdinOnce: boolean;
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly HostConfig: HostBody;
  readonly NetworkingConfig: {
    readonly EndpointsConfig: Readonly<Record<string, { readonly Aliases: readonly string[] }>>;
  };
}

/** A service answers to its host names, in the job's network. @source GS-413, GS-708 */
export function toServiceContainer(plan: ServicePlan, image: FetchedImage, frame: SandboxFrame): ContainerRequest {
  const words = toWords(plan.entrypoint, plan.command, image);
  return toRequest("service", plan, image, frame, { words, aliases: plan.hostNames, hasInput: false });
}

/** Whether a step's container starts nothing of its image: only the shell that its script is given to. */
export function runsOnlyShell(plan: StepPlan, image: FetchedImage): boolean {
  const effective = isCleared(plan.entrypoint) ? [] : (plan.entrypoint ?? image.entrypoint);
  return plan.scripts.length > 0 && (effective.length === 0 || isBareShell(effective));
}

/**
 * A step answers to its host names and its container's name. With scripts it is a shell that waits for one of them on its
 * standard input, without them the image's own program.
 *
 * @source GS-413, GS-840
 */
export function toStepContainer(plan: StepPlan, image: FetchedImage, frame: SandboxFrame): ContainerRequest {
  const hasInput = plan.scripts.length > 0;
  const words = hasInput ? toShellWords(plan, image) : toWords(plan.entrypoint, plan.command, image);
  const aliases = [...plan.hostNames, containerName(frame.labels.runId, frame.jobId, plan.id)];
  return toRequest("step", plan, image, frame, { words, aliases, hasInput });
}

/** A short-lived container that empties a folder of the workspace, with the shell of an image that is there anyway. */
export function toCleanerContainer(
  step: StepPlan,
  image: FetchedImage,
  frame: SandboxFrame,
  folder: string,
): ContainerRequest {
  const script = 'cd "$1" && rm -rf -- ..?* .[!.]* *';
  const plan: ContainerPlan = {
    ...step,
    id: `${step.id}-cleaner`,
    env: new Map(),
    workingDir: "/",
    user: "0",
    privileged: false,
    volumes: [],
    devices: [],
    networkMode: "none",
  };
  const words = { entrypoint: ["sh"], command: ["-c", script, "sh", folder] };
  return toRequest("cleaner", plan, image, frame, { words, aliases: [], hasInput: false });
}

/**
 * Owns the name space of a job in shared mode and does nothing else: `read` waits for input that nobody sends, so that only
 * a shell has to be there. Its hosts file is that of every container that joins.
 *
 * @source DR-99, DR-100, DR-117
 */
export function toOwnerContainer(plan: NameSpacePlan, image: FetchedImage, frame: SandboxFrame): ContainerRequest {
  const wait = "while read -r _; do :; done; while sleep 3600; do :; done";
  return {
    name: ownerName(frame.labels.runId, frame.jobId),
    platform: plan.image.platform,
    furtherNetworks: [],
    body: {
      Image: image.id,
      Entrypoint: ["sh", "-c", wait],
      Cmd: [],
      Env: [],
      Labels: toLabels(frame.labels, "owner", OWNER_ID),
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      OpenStdin: true,
      StdinOnce: false,
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        NetworkMode: frame.network,
        LogConfig: NO_ENGINE_LOG,
        Privileged: false,
        Mounts: [],
        Binds: [],
        Tmpfs: {},
        Devices: [],
        Dns: plan.dns,
        DnsSearch: plan.dnsSearch,
        ExtraHosts: [...plan.hostNames.map((name) => `${name}:127.0.0.1`), ...plan.extraHosts],
      },
      NetworkingConfig: { EndpointsConfig: { [frame.network]: { Aliases: [] } } },
    },
  };
}

export function ownerName(runId: string, jobId: string): string {
  return containerName(runId, jobId, OWNER_ID);
}

interface Words {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
}

interface Role {
  readonly words: Words;
  readonly aliases: readonly string[];
  readonly hasInput: boolean;
}

function toRequest(
  kind: ObjectKind,
  plan: ContainerPlan,
  image: FetchedImage,
  frame: SandboxFrame,
  { words, aliases, hasInput }: Role,
): ContainerRequest {
  const networking = toNetworking(plan, frame, aliases);
  const body: ContainerBody = {
    Image: image.id,
    ...(words.entrypoint === undefined ? {} : { Entrypoint: words.entrypoint }),
    ...(words.command === undefined ? {} : { Cmd: words.command }),
    Env: [...plan.env].map(([name, value]) => `${name}=${value}`),
    Labels: { ...Object.fromEntries(plan.labels ?? []), ...toLabels(frame.labels, kind, plan.id) },
    ...(plan.workingDir === undefined ? {} : { WorkingDir: plan.workingDir }),
    ...(plan.user === undefined ? {} : { User: plan.user }),
    AttachStdin: hasInput,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: hasInput,
    StdinOnce: hasInput,
    HostConfig: toHostBody(plan, frame, networking),
    NetworkingConfig: { EndpointsConfig: networking.endpoints },
  };
  const name = containerName(frame.labels.runId, frame.jobId, plan.id);
  return { name, platform: plan.image.platform, furtherNetworks: plan.networks ?? [], body };
}

/**
 * Entry point and command as sent. A cleared entry point (`[]` or `[""]`) is never sent as such, because engines disagree
 * on what it means: the command's first word becomes the entry point instead. Without a command it is the image's own.
 */
function toWords(entrypoint: Words["entrypoint"], command: Words["command"], image: FetchedImage): Words {
  if (!isCleared(entrypoint)) {
    return { ...(entrypoint === undefined ? {} : { entrypoint }), ...(command === undefined ? {} : { command }) };
  }
  const [program, ...rest] = command === undefined || command.length === 0 ? image.command : command;
  return program === undefined ? { entrypoint: [""] } : { entrypoint: [program], command: rest };
}

function toShellWords(plan: StepPlan, image: FetchedImage): Words {
  const effective = isCleared(plan.entrypoint) ? [] : (plan.entrypoint ?? image.entrypoint);
  // Sent even when it is the image's own: engines add the image's command to an entry point they were not given.
  return isBareShell(effective)
    ? { entrypoint: effective, command: [] }
    : toWords(plan.entrypoint, SHELL_PROBE_ARGV, image);
}

function isCleared(entrypoint: readonly string[] | undefined): boolean {
  return entrypoint !== undefined && entrypoint.every((word) => word === "");
}
