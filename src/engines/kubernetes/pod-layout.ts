import { parseImageRef } from "../../model/image-ref.ts";
import type { ImagePlan, JobPlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { containerNames } from "./names.ts";
import type { KubernetesSettings } from "./settings.ts";

/** Which container of the pod serves which part of the job. */
export interface PodLayout {
  /** In the order of the file. */
  readonly services: readonly ServicePlacement[];
  /** In the order of the file. */
  readonly steps: readonly StepPlacement[];
  /** The image of `helper`, which does what must not happen among the user's processes. */
  readonly helperImage: ImagePlan;
}

export interface ServicePlacement {
  readonly plan: ServicePlan;
  readonly container: string;
  /**
   * It must not start with the pod, because the sources or another service have to be there first: its container asks for
   * {@link HELD_IMAGE} until its turn.
   */
  readonly isHeld: boolean;
}

export interface StepPlacement {
  readonly plan: StepPlan;
  readonly container: string;
  /**
   * `agent`: the container idles until the agent in it is told to run the step. `image`: the step is the image's own
   * program; the container asks for {@link HELD_IMAGE} until its real image is patched in, and so starts in its turn.
   */
  readonly start: "agent" | "image";
}

/**
 * No image: a kubelet finds that without asking a registry, says `InvalidImageName` and goes on looking. The image is all
 * that may be changed in a running pod, and a container whose image changes is started.
 */
export const HELD_IMAGE = "NOT-BEFORE-ITS-TURN";

/** @source K-10, K-23, K-110 */
export function toPodLayout(job: JobPlan, helperImage: ImagePlan | undefined): PodLayout {
  const names = containerNames(job.services);
  const services = job.services.map((plan, index) => ({
    plan,
    container: names[index] ?? plan.id,
    isHeld: job.workspace.sourcesBeforeServices || plan.dependsOn.length > 0,
  }));
  const steps = placeSteps(job.steps, new Set(names));
  return { services, steps, helperImage: helperImage ?? imageWithShell(job.steps) };
}

/** The operator's image for `helper`, fetched as the job's own is (K-50). */
export function configuredHelper(
  job: JobPlan,
  settings: Pick<KubernetesSettings, "helperImage">,
): ImagePlan | undefined {
  const ref = settings.helperImage === undefined ? undefined : parseImageRef(settings.helperImage);
  return ref === undefined ? undefined : { ref, pullPolicies: imageWithShell(job.steps).pullPolicies };
}

/** The steps of one container, in the order of the file. */
export function stepsByContainer(layout: PodLayout): ReadonlyMap<string, readonly StepPlacement[]> {
  return Map.groupBy(layout.steps, (step) => step.container);
}

function imageWithShell(steps: readonly StepPlan[]): ImagePlan {
  const step = steps.find((candidate) => candidate.scripts.length > 0) ?? steps[0];
  if (step === undefined) throw new Error("a job without steps");
  return step.image;
}

/**
 * Steps of equal containers share one, when they never run at the same time: who waits for whom is decided, so a container
 * has at most one script at a time. A step that is its image's own program cannot share.
 */
function placeSteps(steps: readonly StepPlan[], taken: ReadonlySet<string>): readonly StepPlacement[] {
  const before = predecessorsOf(steps);
  const placed: StepPlacement[] = [];
  const nextName = namesOfBuilds(taken);
  for (const plan of steps) {
    const start = plan.scripts.length === 0 ? "image" : "agent";
    const shape = shapeOf(plan);
    const fits = ({ container }: StepPlacement): boolean =>
      placed.every(
        (other) =>
          other.container !== container ||
          (other.start === "agent" &&
            !other.plan.detach &&
            shapeOf(other.plan) === shape &&
            before.get(plan.id)?.has(other.plan.id) === true),
      );
    const shared = start === "agent" && !plan.detach ? placed.find(fits)?.container : undefined;
    placed.push({ plan, container: shared ?? nextName(), start });
  }
  return placed;
}

/** `build`, `build-2`, `build-3`; a service may be called so. */
function namesOfBuilds(taken: ReadonlySet<string>): () => string {
  let count = 0;
  return () => {
    for (;;) {
      count++;
      const name = count === 1 ? "build" : `build-${count}`;
      if (!taken.has(name)) return name;
    }
  };
}

/** All that a container is made of, without what a script can be given on its way. */
function shapeOf(plan: StepPlan): string {
  const { image, privileged, volumes, devices, tmpfs, shmBytes, memoryBytes, capAdd, capDrop, cpus } = plan;
  const { cpuShares, cpuQuota } = plan;
  const user = plan.clusterUser ?? plan.user;
  const { ref, ...source } = image;
  const own = { user, privileged, volumes, devices, tmpfs, shmBytes, memoryBytes, capAdd, capDrop, cpus };
  return JSON.stringify([ref.text, source, own, cpuShares, cpuQuota]);
}

/** By a step's id: every step that has ended before it begins, near and far. */
function predecessorsOf(steps: readonly StepPlan[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const step of steps) {
    const own = new Set<string>();
    const todo = [...step.dependsOn];
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      if (own.has(id)) continue;
      own.add(id);
      todo.push(...(steps.find((other) => other.id === id)?.dependsOn ?? []));
    }
    all.set(step.id, own);
  }
  return all;
}
