import type { ImagePlan, JobPlan } from "../../model/job-plan.ts";
import type {
  Engine,
  EngineDescription,
  FetchedImage,
  ImageObserver,
  JobSandbox,
  OwnedObject,
  RemovedCounts,
} from "../engine.ts";
import { fetchFakeImage } from "./fake-images.ts";
import { FakeSandbox } from "./fake-sandbox.ts";
import type { FakeWorld } from "./fake-world.ts";

/** An engine in memory that obeys the contract: for tests of what runs on engines, and for dry runs. */
export class FakeEngine implements Engine {
  readonly name = "fake";
  readonly #world: FakeWorld;
  readonly #open = new Set<FakeSandbox>();

  constructor(world: FakeWorld) {
    this.#world = world;
  }

  readonly product = "fake";

  async describe(signal: AbortSignal): Promise<EngineDescription> {
    signal.throwIfAborted();
    const machine = { operatingSystem: "none", architecture: "amd64", cpus: 4, memoryBytes: 8 * 2 ** 30 };
    return { product: "fake", endpoint: "in memory", ...machine };
  }

  async fetchImage(image: ImagePlan, observer: ImageObserver, signal: AbortSignal): Promise<FetchedImage> {
    return await fetchFakeImage(image, this.#world, observer, signal);
  }

  async openJob(job: JobPlan, signal: AbortSignal): Promise<JobSandbox> {
    signal.throwIfAborted();
    const sandbox: FakeSandbox = new FakeSandbox(job, this.#world, () => this.#open.delete(sandbox));
    this.#open.add(sandbox);
    return sandbox;
  }

  async findObjects(signal: AbortSignal): Promise<readonly OwnedObject[]> {
    signal.throwIfAborted();
    return [...this.#open].flatMap((sandbox) => {
      const { runId, name: job } = sandbox.job;
      const toObject = (kind: OwnedObject["kind"], name: string): OwnedObject => {
        return { kind, id: name, name, runId, job, owner: undefined, createdAt: undefined };
      };
      const shared = `outrigger-${runId}-${sandbox.job.id}`;
      return [
        ...sandbox.containerNames.map((name) => toObject("container", name)),
        toObject("network", shared),
        toObject("volume", shared),
      ];
    });
  }

  async removeObjects(objects: readonly OwnedObject[], signal: AbortSignal): Promise<RemovedCounts> {
    signal.throwIfAborted();
    const removed = { containers: 0, networks: 0, volumes: 0 };
    for (const sandbox of this.#open) {
      if (!objects.some((object) => object.runId === sandbox.job.runId && object.job === sandbox.job.name)) continue;
      const counts = await sandbox.close(0);
      removed.containers += counts.containers;
      removed.networks += counts.networks;
      removed.volumes += counts.volumes;
    }
    return removed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((sandbox) => sandbox.close(0)));
  }
}
