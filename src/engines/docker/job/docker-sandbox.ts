import type { JobPlan, NameSpacePlan, ServicePlan, StepPlan } from "../../../model/job-plan.ts";
import type { Clock } from "../../../system/clock.ts";
import { abortable } from "../../abortable.ts";
import type {
  JobSandbox,
  OutputSink,
  RemovedCounts,
  RunningService,
  SourceArchive,
  StepContainer,
} from "../../engine.ts";
import type { ContainerInfo } from "../api/containers.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { isGone } from "../api/refusal.ts";
import type { ImageStore } from "../images/image-store.ts";
import type { SandboxFrame } from "../sandbox-frame.ts";
import {
  type ContainerRequest,
  runsOnlyShell,
  toCleanerContainer,
  toOwnerContainer,
  toServiceContainer,
  toStepContainer,
} from "../to-container.ts";
import { type AskToStop, askEveryProcess, askFirstProcess } from "./ask-to-stop.ts";
import { DockerService } from "./docker-service.ts";
import { DockerStep } from "./docker-step.ts";
import { volumeNamesOf } from "./job-volumes.ts";
import { JobWorkspace } from "./job-workspace.ts";
import { ManagedContainer } from "./managed-container.ts";
import { NameSpaceOwner } from "./name-space-owner.ts";
import { PendingWork } from "./pending-work.ts";
import { removeSandbox } from "./remove-sandbox.ts";
import { resolveInJob } from "./resolve-host.ts";
import { findReach } from "./service-reach.ts";
import { runCleaner } from "./workspace.ts";

export interface SandboxTools {
  readonly api: DockerApi;
  readonly images: ImageStore;
  readonly frame: SandboxFrame;
  readonly clock: Clock;
  /** False: never connect from this host, as if the engine were far away. */
  readonly dialFromHost: boolean;
  /** Containers may be created before it resolves, and started only after. */
  readonly networkReady: Promise<void>;
}

interface OpenStep {
  readonly plan: StepPlan;
  readonly container: ManagedContainer;
}

export class DockerSandbox implements JobSandbox {
  readonly #job: JobPlan;
  readonly #tools: SandboxTools;
  readonly #containers: ManagedContainer[] = [];
  /** In shared mode; made with the first container. */
  #owner: Promise<NameSpaceOwner> | undefined;
  /** Host names of live services and steps, for look-ups. */
  readonly #names = new Map<ManagedContainer, readonly string[]>();
  readonly #pending = new PendingWork();
  readonly #workspace: JobWorkspace;
  #step: OpenStep | undefined;
  #closing: Promise<RemovedCounts> | undefined;

  constructor(job: JobPlan, tools: SandboxTools) {
    this.#job = job;
    this.#tools = tools;
    this.#workspace = new JobWorkspace(tools.api, job.workspace, this.#pending.track);
    // Whoever starts a container awaits it and takes the failure.
    this.#pending.track(tools.networkReady).catch(() => undefined);
  }

  async startService(service: ServicePlan, log: OutputSink, signal: AbortSignal): Promise<RunningService> {
    const { api, images, frame } = this.#tools;
    const image = await images.find(service.image, signal);
    const request = toServiceContainer(service, image, frame);
    const container = await this.#create(
      request,
      { hostNames: service.hostNames, ask: askFirstProcess("SIGTERM") },
      signal,
    );
    this.#workspace.mayHaveFiles = true;
    await abortable(this.#tools.networkReady, signal);
    const owner = await abortable(this.#untilJoinable(), signal);
    const run = await abortable(this.#pending.track(container.start(undefined, log)), signal);
    const info = await api.containers.inspect(container.id, signal);
    if (info.stopSignal !== undefined) container.askWith(askFirstProcess(info.stopSignal));
    return new DockerService(
      service.id,
      { container, run, info },
      {
        api,
        clock: this.#tools.clock,
        reach: findReach(info, { network: frame.network, owner }, service.networkMode),
        dialFromHost: this.#tools.dialFromHost,
        running: () => this.#running(),
      },
    );
  }

  async openStep(step: StepPlan, signal: AbortSignal): Promise<StepContainer> {
    const { images, frame } = this.#tools;
    const image = await images.find(step.image, signal);
    const request = toStepContainer(step, image, frame);
    const hostNames = [...step.hostNames, request.name];
    const ask = request.body.OpenStdin ? askEveryProcess : askFirstProcess("SIGTERM");
    const container = await this.#create(request, { hostNames, ask }, signal);
    this.#step ??= { plan: step, container };
    const prepare = async (until: AbortSignal): Promise<void> => {
      this.#workspace.mayHaveFiles = true;
      const joinable = Promise.all([this.#tools.networkReady, this.#untilJoinable()]);
      await Promise.all([this.#workspace.open(container.id, until), abortable(joinable, until)]);
    };
    return new DockerStep(step.id, container, {
      hasInput: request.body.OpenStdin,
      isBareShell: runsOnlyShell(step, image),
      track: this.#pending.track,
      warmUp: signal,
      prepare,
    });
  }

  async putSources(sources: SourceArchive, signal: AbortSignal): Promise<void> {
    const { container, plan } = this.#openStepOrThrow("sources");
    await this.#workspace.putSources(container.id, sources, signal, (folder) => this.#clean(plan, folder, signal));
  }

  async addFiles(files: SourceArchive, signal: AbortSignal): Promise<void> {
    await this.#workspace.addFiles(this.#openStepOrThrow("files").container.id, files, signal);
  }

  async addFilesBeside(folder: string, files: SourceArchive, signal: AbortSignal): Promise<void> {
    await this.#workspace.addFilesBeside(this.#openStepOrThrow("files").container.id, folder, files, signal);
  }

  async readPath(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    return await this.#workspace.readPath(this.#openStepOrThrow("reading").container.id, path, signal);
  }

  async resolveHost(hostName: string, signal: AbortSignal): Promise<readonly string[]> {
    // The hosts file that all share says so; it needs no tool in any image.
    if (this.#job.nameSpace?.hostNames.some((name) => name.toLowerCase() === hostName.toLowerCase()) === true) {
      return ["127.0.0.1"];
    }
    return await resolveInJob(this.#tools, hostName, this.#running(), this.#names, signal);
  }

  close(graceMs: number): Promise<RemovedCounts> {
    if (this.#closing === undefined) this.#closing = this.#close(graceMs);
    else this.#hurry(graceMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close(0);
  }

  async #close(graceMs: number): Promise<RemovedCounts> {
    // What is on its way may still put a container on the list, and a container that is starting cannot be stopped.
    await this.#pending.settled();
    const { api, frame } = this.#tools;
    // Who shares a network says its last words over it: its owner goes last.
    const owner = await this.#owner?.catch(() => undefined);
    const groups = owner === undefined ? [this.#containers] : [this.#containers, [owner.container]];
    return await removeSandbox(
      api,
      { network: frame.network, volumeNames: volumeNamesOf(this.#job, frame.volume) },
      groups,
      graceMs,
    );
  }

  #openStepOrThrow(what: string): OpenStep {
    if (this.#step === undefined) throw new Error(`${what} in the workspace: no step is open`);
    return this.#step;
  }

  /** A first call that works already waits inside `stop`; another one beside it with less patience ends that wait. */
  #hurry(graceMs: number): void {
    for (const container of this.#containers) {
      container.stop(graceMs).catch(() => undefined);
    }
  }

  async #clean(step: StepPlan, folder: string, signal: AbortSignal): Promise<void> {
    const { api, images, frame } = this.#tools;
    const image = await images.find(step.image, signal);
    const { name, body, platform } = toCleanerContainer(step, image, frame, folder);
    const cleaning = api.containers.create(name, body, platform).then((id) => runCleaner(api, id, folder));
    await abortable(this.#pending.track(cleaning), signal);
  }

  async #create(
    { name, body, platform, furtherNetworks }: ContainerRequest,
    { hostNames, ask }: { readonly hostNames: readonly string[]; readonly ask: AskToStop },
    signal: AbortSignal,
  ): Promise<ManagedContainer> {
    signal.throwIfAborted();
    if (this.#closing !== undefined) throw new Error(`the sandbox is closed; "${name}" cannot be created in it`);
    const { api } = this.#tools;
    await this.#ensureOwner(signal);
    if (this.#closing !== undefined) throw new Error(`the sandbox is closed; "${name}" cannot be created in it`);
    const create = (): Promise<string> => api.containers.create(name, body, platform);
    const creating = create()
      .catch(async (error: unknown) => {
        // An engine that wants to see the network first.
        if (!isGone(error)) throw error;
        await this.#tools.networkReady;
        return await create();
      })
      .then(async (id) => {
        const container = new ManagedContainer(api, id, name, ask);
        this.#containers.push(container);
        this.#names.set(container, hostNames);
        for (const network of furtherNetworks) await api.networks.connect(network, id);
        return container;
      });
    const container = await abortable(this.#pending.track(creating), signal);
    // Without services nobody needs the folders before the sources bring them, nor with services that start after that.
    if (this.#job.services.length > 0 && !this.#job.workspace.sourcesBeforeServices)
      await this.#workspace.open(container.id, signal);
    return container;
  }

  /** In shared mode nothing can be created before the container whose name space it joins. */
  async #ensureOwner(signal: AbortSignal): Promise<void> {
    const plan = this.#job.nameSpace;
    if (plan === undefined) return;
    this.#owner ??= this.#pending.track(this.#createOwner(plan, signal));
    await abortable(this.#owner, signal);
  }

  async #createOwner(plan: NameSpacePlan, signal: AbortSignal): Promise<NameSpaceOwner> {
    const { api, images, frame } = this.#tools;
    const image = await images.find(plan.image, signal);
    const owner = await NameSpaceOwner.create(api, plan, toOwnerContainer(plan, image, frame));
    this.#pending.track(owner.info).catch(() => undefined);
    return owner;
  }

  /** @returns the container whose name space all share; undefined when each has its own. */
  async #untilJoinable(): Promise<ContainerInfo | undefined> {
    return await (await this.#owner)?.info;
  }

  #running(): readonly ManagedContainer[] {
    return this.#containers.filter((container) => container.isRunning);
  }
}
