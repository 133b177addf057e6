import type { ContainerEnd, DialResult, ExecResult, MemorySample, RunningService } from "../../engine.ts";
import type { ContainerInfo } from "../api/containers.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { dialFromHost } from "../dial/dial-from-host.ts";
import { InsideDialler } from "../dial/dial-inside.ts";
import { execInside } from "./exec-inside.ts";
import type { ContainerRun, ManagedContainer } from "./managed-container.ts";

/** What a service needs of the job it stands in. */
export interface ServiceSurroundings {
  readonly api: DockerApi;
  readonly network: string;
  /** Whether this host may connect to the job's containers directly. */
  readonly isHostOnNetwork: () => Promise<boolean>;
  /** Containers of the job that run now. */
  readonly running: () => readonly ManagedContainer[];
}

/** A service's container that was started. */
export class DockerService implements RunningService {
  readonly id: string;
  readonly ended: Promise<ContainerEnd>;
  readonly exposedTcpPorts: readonly number[];
  readonly env: ReadonlyMap<string, string>;
  readonly #container: ManagedContainer;
  readonly #surroundings: ServiceSurroundings;
  readonly #inside: InsideDialler;
  #address: string | undefined;
  #isHostBlocked = false;

  constructor(
    id: string,
    started: { readonly container: ManagedContainer; readonly run: ContainerRun; readonly info: ContainerInfo },
    surroundings: ServiceSurroundings,
  ) {
    const { container, run, info } = started;
    this.id = id;
    this.exposedTcpPorts = info.exposedTcpPorts;
    this.env = info.env;
    this.#container = container;
    this.#surroundings = surroundings;
    this.#address = info.addresses.get(surroundings.network);
    this.#inside = new InsideDialler(
      (argv, signal) => this.exec(argv, signal),
      () =>
        surroundings
          .running()
          .filter((other) => other !== container)
          .map((other) => (argv, signal) => execInside(surroundings.api, other.id, argv, signal)),
    );
    this.ended = run.result.catch(lostEnd).then((end) => {
      this.#address = undefined;
      return end;
    });
  }

  get containerName(): string {
    return this.#container.name;
  }

  get address(): string | undefined {
    return this.#address;
  }

  async dial(port: number, signal: AbortSignal): Promise<DialResult> {
    const address = this.#address;
    if (address === undefined) return { kind: "refused" };
    if (!this.#isHostBlocked && (await this.#surroundings.isHostOnNetwork())) {
      const result = await dialFromHost(address, port, signal);
      if (result !== "silent") return { kind: result };
      // A packet filter of this host; the job's own containers are not concerned.
      this.#isHostBlocked = this.#address !== undefined;
    }
    return await this.#inside.dial({ address, port }, signal);
  }

  async exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    return await execInside(this.#surroundings.api, this.#container.id, argv, signal);
  }

  async sampleMemory(signal: AbortSignal): Promise<MemorySample | undefined> {
    if (this.#address === undefined) return undefined;
    return await this.#surroundings.api.containers.memory(this.#container.id, signal);
  }

  async stop(graceMs: number): Promise<void> {
    await this.#container.stop(graceMs);
  }
}

function lostEnd(error: unknown): ContainerEnd {
  return { exitCode: undefined, oomKilled: false, error: error instanceof Error ? error.message : String(error) };
}
