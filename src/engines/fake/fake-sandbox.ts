import { posix } from "node:path";
import type { ContainerPlan, JobPlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { packTar } from "../../system/tar.ts";
import { collectBytes, readTar } from "../../system/tar-reader.ts";
import { abortable } from "../abortable.ts";
import type { JobSandbox, OutputSink, RemovedCounts, RunningService, SourceArchive, StepContainer } from "../engine.ts";
import { FakeContainer } from "./fake-container.ts";
import { FakeFileSystem, type FakeTree } from "./fake-files.ts";
import type { FakeImage, FakeProgram, FakeWorld } from "./fake-world.ts";

/** One job in memory. `onClosed` takes it off the engine's list. */
export class FakeSandbox implements JobSandbox {
  readonly job: JobPlan;
  readonly #world: FakeWorld;
  readonly #onClosed: () => void;
  readonly #containers: FakeContainer[] = [];
  readonly #workspace: FakeTree = new Map();
  #closing: Promise<RemovedCounts> | undefined;

  constructor(job: JobPlan, world: FakeWorld, onClosed: () => void) {
    this.job = job;
    this.#world = world;
    this.#onClosed = onClosed;
  }

  get containerNames(): readonly string[] {
    return [...this.#containers.map((container) => container.name), ...this.#ownerNames()];
  }

  async startService(service: ServicePlan, log: OutputSink, signal: AbortSignal): Promise<RunningService> {
    signal.throwIfAborted();
    const image = this.#imageOf(service);
    const container = this.#create(service, service.hostNames);
    const ports = image.exposedTcpPorts ?? [];
    const program = this.#world.programFor?.(service, undefined) ?? listenUntilStopped(ports);
    const ended = container.start(program, log);
    ended.catch(() => undefined);
    await Promise.resolve();
    signal.throwIfAborted();
    return {
      id: service.id,
      containerName: container.name,
      get address() {
        return container.isRunning ? container.address : undefined;
      },
      isOver: async () => !container.isRunning,
      exposedTcpPorts: ports,
      env: new Map([...(image.env ?? []), ...service.env]),
      ended,
      dial: async (port, dialSignal) => {
        dialSignal.throwIfAborted();
        return { kind: container.isRunning && this.#isOpen(container, port) ? "accepted" : "refused" };
      },
      exec: async (argv, execSignal) => {
        execSignal.throwIfAborted();
        return container.exec(argv);
      },
      sampleMemory: async () => undefined,
    };
  }

  async openStep(step: StepPlan, signal: AbortSignal): Promise<StepContainer> {
    signal.throwIfAborted();
    const container = this.#create(step, step.hostNames);
    return {
      id: step.id,
      containerName: container.name,
      warmUp: async () => undefined,
      run: async (script, output, runSignal) => {
        runSignal.throwIfAborted();
        const program = this.#world.programFor?.(step, script) ?? endAtOnce;
        const ended = container.start(program, (fd, chunk) => (runSignal.aborted ? undefined : output(fd, chunk)));
        return await abortable(ended, runSignal);
      },
      stop: (graceMs) => container.stop(graceMs),
    };
  }

  async putSources(sources: SourceArchive, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const folder = `${this.job.workspace.sourcePath}/`;
    for (const path of this.#workspace.keys()) {
      if (path.startsWith(folder)) this.#workspace.delete(path);
    }
    await this.addFiles(sources, signal);
  }

  async addFiles(files: SourceArchive, signal: AbortSignal): Promise<void> {
    await this.#unpack(this.job.workspace.sourcePath, files.open(""), signal);
  }

  async addFilesBeside(folder: string, files: SourceArchive, signal: AbortSignal): Promise<void> {
    const { mountPath } = this.job.workspace;
    await this.#unpack(mountPath, files.open(posix.relative(mountPath, folder)), signal);
  }

  async readPath(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    signal.throwIfAborted();
    const full = posix.join(this.job.workspace.sourcePath, path).replace(/\/$/, "");
    const found = [...this.#workspace].filter(([file]) => file === full || file.startsWith(`${full}/`));
    if (found.length === 0) return undefined;
    const above = `${posix.dirname(full)}/`;
    return packTar(
      found.map(([file, content]) => {
        const head = { path: file.slice(above.length), mode: 0o644, modifiedAtMs: 0 };
        return { ...head, type: "file" as const, sizeBytes: content.length, content };
      }),
    );
  }

  async resolveHost(hostName: string, signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted();
    return this.#resolve(hostName);
  }

  close(graceMs: number): Promise<RemovedCounts> {
    if (this.#closing === undefined) this.#closing = this.#close(graceMs);
    else for (const container of this.#containers) container.stop(graceMs).catch(() => undefined);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close(0);
  }

  async #unpack(folder: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const { type, path, content } of readTar(archive)) {
      signal.throwIfAborted();
      if (type === "file") this.#workspace.set(posix.join(folder, path), await collectBytes(content));
    }
  }

  async #close(graceMs: number): Promise<RemovedCounts> {
    await Promise.all(this.#containers.map((container) => container.stop(graceMs)));
    this.#onClosed();
    return { containers: this.containerNames.length, networks: 1, volumes: 1 + this.#countVolumes() };
  }

  /** In shared mode a container that owns the name space stands beside the others. */
  #ownerNames(): readonly string[] {
    const isThere = this.job.nameSpace !== undefined && this.#containers.length > 0;
    return isThere ? [`outrigger-${this.job.runId}-${this.job.id}--network`] : [];
  }

  #countVolumes(): number {
    const mounts = [...this.job.services, ...this.job.steps].flatMap((container) => container.volumes);
    const named = mounts.filter((mount) => mount.kind === "named" && mount.lifetime === "job");
    return new Set(named.map((mount) => mount.source)).size;
  }

  /** In shared mode one port is the same for all. */
  #isOpen(container: FakeContainer, port: number): boolean {
    if (this.job.nameSpace === undefined) return container.accepts(port, "outside");
    return this.#containers.some((other) => other.accepts(port, "inside"));
  }

  #connects(from: FakeContainer, address: string, port: number): boolean {
    if (address === LOOPBACK)
      return from.accepts(port, "inside") || (this.job.nameSpace !== undefined && this.#isOpen(from, port));
    return this.#containers.some((other) => other.address === address && this.#isOpen(other, port));
  }

  #create(plan: ContainerPlan, hostNames: readonly string[]): FakeContainer {
    if (this.#closing !== undefined) throw new Error(`the sandbox is closed; "${plan.id}" cannot be created in it`);
    const name = `outrigger-${this.job.runId}-${this.job.id}-${plan.id}`;
    const address = `10.213.0.${this.job.nameSpace === undefined ? this.#containers.length + 2 : 2}`;
    const container = new FakeContainer(
      plan,
      { name, address, hostNames: [...hostNames, name] },
      {
        clock: this.#world.clock,
        files: new FakeFileSystem(this.#workspace, this.job.workspace.mountPath),
        env: new Map([...(this.#imageOf(plan).env ?? []), ...plan.env]),
        resolve: (hostName) => this.#resolve(hostName),
        connects: (from, target, port) => this.#connects(from, target, port),
      },
    );
    this.#containers.push(container);
    return container;
  }

  #imageOf(plan: ContainerPlan): FakeImage {
    return this.#world.images?.get(plan.image.ref.text) ?? {};
  }

  #resolve(hostName: string): readonly string[] {
    const wanted = hostName.toLowerCase();
    if (wanted === "localhost") return [LOOPBACK];
    const { nameSpace } = this.job;
    if (nameSpace?.hostNames.some((name) => name.toLowerCase() === wanted) === true) return [LOOPBACK];
    const further = nameSpace?.extraHosts.find((entry) => entry.startsWith(`${hostName}:`));
    if (further !== undefined) return [further.slice(hostName.length + 1)];
    return this.#containers
      .filter((container) => container.isRunning)
      .filter((container) => container.hostNames.some((name) => name.toLowerCase() === wanted))
      .map((container) => container.address);
  }
}

const LOOPBACK = "127.0.0.1";

function listenUntilStopped(ports: readonly number[]): FakeProgram {
  return async (process) => {
    for (const port of ports) process.listen(port);
    await abortable(new Promise<never>(() => undefined), process.stopped);
    return 0;
  };
}

const endAtOnce: FakeProgram = async () => 0;
