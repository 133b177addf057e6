import type { Clock } from "../../../system/clock.ts";
import type { ContainerEnd, DialResult, ExecResult, MemorySample, RunningService } from "../../engine.ts";
import type { ContainerInfo } from "../api/containers.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { dialFromHost, isOnNetwork } from "../dial/dial-from-host.ts";
import { InsideDialler } from "../dial/dial-inside.ts";
import { execInside } from "./exec-inside.ts";
import type { ContainerRun, ManagedContainer } from "./managed-container.ts";
import type { ServiceReach } from "./service-reach.ts";

/** Looking inside costs a process in a container; who asks every few milliseconds gets the last answer. */
const LOOK_INSIDE_EVERY_MS = 250;

/** What a service needs of the job it stands in. */
export interface ServiceSurroundings {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly reach: ServiceReach;
  /** False: never connect from this host, as if the engine were far away. */
  readonly dialFromHost: boolean;
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
  #isOver = false;
  /** Connections from this host get through, as far as we know. */
  #isHostThrough: boolean;
  #lookedAt: number | undefined;

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
    const { api, reach } = surroundings;
    this.#isHostThrough = surroundings.dialFromHost && isOnNetwork(api.endpoint, reach.gateway);
    this.#inside = new InsideDialler(
      (argv, signal) => this.exec(argv, signal),
      () =>
        surroundings
          .running()
          .filter((other) => other !== container)
          .map((other) => (argv, signal) => execInside(surroundings.api, other.id, argv, signal)),
    );
    void run.exited.then(() => {
      this.#isOver = true;
    });
    this.ended = run.result.catch(lostEnd);
  }

  get containerName(): string {
    return this.#container.name;
  }

  get address(): string | undefined {
    return this.#isOver ? undefined : this.#surroundings.reach.address;
  }

  async isOver(): Promise<boolean> {
    return this.#isOver;
  }

  async dial(port: number, signal: AbortSignal): Promise<DialResult> {
    if (this.#isOver) return { kind: "refused" };
    const { address, insideAddress, isShared } = this.#surroundings.reach;
    if (address !== undefined && this.#isHostThrough) {
      const result = await dialFromHost(address, port, signal);
      if (result === "accepted" || (result === "refused" && !isShared)) return { kind: result };
      // A packet filter of this host; the job's own containers are not concerned.
      if (result === "silent") this.#isHostThrough = this.#isOver;
      else if (!this.#mayLookInside()) return { kind: "refused" };
    }
    return await this.#inside.dial({ address: insideAddress, port }, signal);
  }

  #mayLookInside(): boolean {
    const now = this.#surroundings.clock.elapsed();
    if (this.#lookedAt !== undefined && now - this.#lookedAt < LOOK_INSIDE_EVERY_MS) return false;
    this.#lookedAt = now;
    return true;
  }

  async exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    return await execInside(this.#surroundings.api, this.#container.id, argv, signal);
  }

  async sampleMemory(signal: AbortSignal): Promise<MemorySample | undefined> {
    if (this.#isOver) return undefined;
    return await this.#surroundings.api.containers.memory(this.#container.id, signal);
  }
}

function lostEnd(error: unknown): ContainerEnd {
  return { exitCode: undefined, oomKilled: false, error: error instanceof Error ? error.message : String(error) };
}
