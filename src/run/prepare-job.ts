import type { StepContainer } from "../engines/engine.ts";
import type { ServicePlan, StepPlan } from "../model/job-plan.ts";
import { atItsPlace, titleOf } from "./at-its-place.ts";
import { checkHostNames } from "./check-host-names.ts";
import type { JobContext } from "./job-context.ts";
import { restoreCaches } from "./kept/caches.ts";
import { restoreArtifacts } from "./kept/restore-artifacts.ts";
import { warnOfPortClashes } from "./port-clashes.ts";
import { runBeforeSources } from "./run-step.ts";
import type { StepGates } from "./run-steps.ts";
import { type ServiceLife, startServiceLife } from "./service-life.ts";
import { addValueFiles } from "./value-files.ts";

/** Everything before the first script line, on its way. */
export interface JobPreparation extends StepGates {
  /** Services that were started so far; the list grows. */
  readonly services: readonly ServiceLife[];
}

/**
 * Creates the steps' containers, sends the sources, starts the services and waits for them, all as early as it may be.
 *
 * GitLab's services start before the sources come, Drone's after (GS-709, DR-210). A failure of one part is told at once
 * and fails its promise.
 *
 * @param onError also called for a part that nobody waits for.
 */
export function prepareJob(context: JobContext, onError: (error: unknown) => void): JobPreparation {
  const preparation = new Preparation(context, onError);
  return preparation.begin();
}

class Preparation {
  readonly #context: JobContext;
  readonly #onError: (error: unknown) => void;
  readonly #lives: ServiceLife[] = [];
  readonly #steps = new Map<string, Promise<StepContainer>>();

  constructor(context: JobContext, onError: (error: unknown) => void) {
    this.#context = context;
    this.#onError = onError;
  }

  begin(): JobPreparation {
    const { plan } = this.#context;
    // In shared mode nothing can be created before the container whose name space it joins, and that needs its image.
    const mayCreate = this.#tell(this.#fetchOwner());
    for (const step of plan.steps) this.#steps.set(step.id, this.#tell(this.#openStep(step, mayCreate)));
    const { stepsMayRun, servicesUsable } = plan.workspace.sourcesBeforeServices
      ? this.#sourcesFirst(mayCreate)
      : this.#servicesFirst(mayCreate);
    const hearOfEnds = async (): Promise<void> => {
      await Promise.all(this.#lives.map((life) => life.hearOfEnd()));
    };
    return { containers: this.#steps, stepsMayRun, servicesUsable, hearOfEnds, services: this.#lives };
  }

  #sourcesFirst(mayCreate: Promise<void>): Pick<StepGates, "stepsMayRun" | "servicesUsable"> {
    const sourcesIn = this.#tell(this.#sendSources(mayCreate));
    const { usable } = this.#startServices(sourcesIn);
    return { stepsMayRun: this.#warmUpAfter(sourcesIn), servicesUsable: usable };
  }

  #servicesFirst(mayCreate: Promise<void>): Pick<StepGates, "stepsMayRun" | "servicesUsable"> {
    const { started, usable } = this.#startServices(mayCreate);
    const sourcesIn = this.#tell(this.#sendSources(started));
    return { stepsMayRun: this.#warmUpAfter(sourcesIn), servicesUsable: usable };
  }

  async #fetchOwner(): Promise<void> {
    const { plan, images } = this.#context;
    if (plan.nameSpace !== undefined) await images.fetch(plan.nameSpace.image);
  }

  async #openStep(step: StepPlan, mayCreate: Promise<void>): Promise<StepContainer> {
    const { images, plan, sandbox, signal } = this.#context;
    await Promise.all([images.fetch(step.image), mayCreate]);
    return await atItsPlace(titleOf(plan, step), step, sandbox.openStep(step, signal));
  }

  /** Through whichever step's container is there first. */
  async #sendSources(after: Promise<void>): Promise<void> {
    const { sandbox, sources, signal } = this.#context;
    await after;
    await Promise.any(this.#steps.values()).catch(() => signal.throwIfAborted());
    await addValueFiles(this.#context);
    await this.#runHook();
    await sandbox.putSources(sources, signal);
    await restoreCaches(this.#context);
    await restoreArtifacts(this.#context);
  }

  /** In the job's own image: no other one is needed for it. */
  async #runHook(): Promise<void> {
    const { beforeSources = [], steps } = this.#context.plan;
    const [step] = steps;
    const container = beforeSources.length === 0 || step === undefined ? undefined : await this.#steps.get(step.id);
    if (step === undefined || container === undefined) return;
    const running = runBeforeSources(step, container, this.#context, beforeSources);
    await atItsPlace(titleOf(this.#context.plan, step), step, running);
  }

  /** While services get ready, the shell of the first step is started: only its script has to wait. */
  #warmUpAfter(sourcesIn: Promise<void>): Promise<void> {
    return this.#tell(sourcesIn.then(() => this.#warmUp()));
  }

  async #warmUp(): Promise<void> {
    const { plan } = this.#context;
    const [first] = plan.steps;
    if (first === undefined || first.when === "on_failure" || plan.services.length === 0) return;
    const container = await this.#steps.get(first.id);
    if (container !== undefined) await atItsPlace(titleOf(plan, first), first, container.warmUp());
  }

  #startServices(after: Promise<void>): { readonly started: Promise<void>; readonly usable: Promise<void> } {
    const usable = new Map<string, Promise<void>>();
    const starting = this.#context.plan.services.map((service) => {
      const life = this.#tell(this.#startService(service, after, usable));
      usable.set(service.id, this.#tell(life.then((started) => started.waitUntilUsable())));
      return life;
    });
    const all = async (parts: Iterable<Promise<unknown>>): Promise<void> => {
      await Promise.all(parts);
    };
    return { started: this.#tell(all([after, ...starting])), usable: this.#tell(this.#check(all(usable.values()))) };
  }

  /** A service may need others to be ready first. */
  async #startService(
    service: ServicePlan,
    after: Promise<void>,
    usable: ReadonlyMap<string, Promise<void>>,
  ): Promise<ServiceLife> {
    await after;
    await Promise.all(service.dependsOn.flatMap((id) => usable.get(id) ?? []));
    this.#context.signal.throwIfAborted();
    const life = await startServiceLife(service, this.#context);
    this.#lives.push(life);
    return life;
  }

  async #check(usable: Promise<void>): Promise<void> {
    await Promise.all([usable, warnOfPortClashes(this.#context)]);
    await checkHostNames(
      this.#context,
      new Set(this.#lives.filter((life) => life.isAlive()).map((life) => life.plan.id)),
    );
  }

  /** A promise whose failure is told, and that may be left alone. */
  #tell<T>(part: Promise<T>): Promise<T> {
    part.catch(this.#onError);
    return part;
  }
}
