import { afterAll, beforeAll, expect } from "vitest";
import type { JobPlan, NameSpacePlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import type { Engine, ImageObserver, JobSandbox, RunningService, StepContainer } from "../engine.ts";
import { imagePlan, jobPlan, nameSpacePlan, servicePlan, stepPlan } from "./contract-job.ts";
import type { ContractProgram } from "./programs.ts";
import { RecordedOutput } from "./recorded-output.ts";

/** What the contract needs of an engine under test. */
export interface ContractHarness {
  open(): Promise<Engine>;
  /** A local image with a shell and the tools of busybox. */
  readonly image: string;
  /** An image that is neither here nor in any registry. */
  readonly missingImage: string;
  toCommand(program: ContractProgram): readonly string[];
  toScript(program: ContractProgram): string;
}

export const NEVER = new AbortController().signal;
export const SILENT: ImageObserver = { onPulling() {}, onProgress() {}, onRetry() {} };

/** An engine under test and short words for what tests do with it. Every test has a run of its own. */
export class ContractBench {
  readonly harness: ContractHarness;
  #engine: Engine | undefined;
  /** Every job is a run of its own, so that tests may run beside each other. */
  readonly #runs = new WeakMap<JobSandbox, string>();

  /** Opens the engine before the tests of the file or block it is made in, and closes it after them. */
  constructor(harness: ContractHarness) {
    this.harness = harness;
    beforeAll(async () => {
      this.#engine = await harness.open();
      await this.#engine.fetchImage(imagePlan(harness.image, "never"), SILENT, NEVER);
    });
    afterAll(async () => {
      await this.#engine?.[Symbol.asyncDispose]();
    });
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error("the engine is not open yet");
    return this.#engine;
  }

  newRunId(): string {
    return `c${process.hrtime.bigint().toString(36)}`;
  }

  /** The run of a sandbox that {@link openJob} gave. */
  runOf(sandbox: JobSandbox): string {
    return this.#runs.get(sandbox) ?? "";
  }

  service(id: string, program: ContractProgram, change: Partial<ServicePlan> = {}): ServicePlan {
    return servicePlan(id, this.harness.image, { command: this.harness.toCommand(program), ...change });
  }

  step(change: Partial<StepPlan> = {}): StepPlan {
    return stepPlan(this.harness.image, change);
  }

  /** A job of these services and one step, unless the change says otherwise. */
  async openJob(services: readonly ServicePlan[] = [], change: Partial<JobPlan> = {}): Promise<JobSandbox> {
    const runId = this.newRunId();
    const plan = jobPlan(runId, change.name ?? "job", { services, steps: change.steps ?? [this.step()] });
    const sandbox = await this.engine.openJob({ ...plan, ...change }, NEVER);
    this.#runs.set(sandbox, runId);
    return sandbox;
  }

  /** All containers in one name space, in which these names mean 127.0.0.1. */
  async openSharedJob(services: readonly ServicePlan[], ...hostNames: readonly string[]): Promise<JobSandbox> {
    return await this.openJob(services, { network: "shared", nameSpace: this.nameSpace(...hostNames) });
  }

  nameSpace(...hostNames: readonly string[]): NameSpacePlan {
    return nameSpacePlan(this.harness.image, ...hostNames);
  }

  async start(sandbox: JobSandbox, plan: ServicePlan): Promise<StartedService> {
    const log = new RecordedOutput();
    return { running: await sandbox.startService(plan, log.sink, NEVER), log };
  }

  /** Starts a service whose program says `up`, and waits for that. */
  async startUp(sandbox: JobSandbox, plan: ServicePlan): Promise<StartedService> {
    const started = await this.start(sandbox, plan);
    await started.log.until("up");
    return started;
  }

  async run(container: StepContainer, program: ContractProgram): Promise<FinishedScript> {
    const output = new RecordedOutput();
    const { exitCode } = await container.run(this.harness.toScript(program), output.sink, NEVER);
    return { exitCode, output };
  }

  /** Nothing of a run is on the engine any more. */
  async expectNothingLeft(of: JobSandbox | string): Promise<void> {
    const runId = typeof of === "string" ? of : this.runOf(of);
    const objects = await this.engine.findObjects(NEVER);
    expect(objects.filter((object) => object.runId === runId)).toEqual([]);
  }
}

export interface StartedService {
  readonly running: RunningService;
  readonly log: RecordedOutput;
}

export interface FinishedScript {
  readonly exitCode: number | undefined;
  readonly output: RecordedOutput;
}
