import type { ScheduledJob } from "../model/run-plan.ts";
import type { RunContext } from "./job-context.ts";

/** Beyond the job's time: its containers start and end, too. */
const LEASE_SLACK_MS = 600_000;

/** Of the jobs of one resource group, one runs at a time, in this run and in others of the machine. @source GY-235 */
export class ResourceGroups {
  readonly #context: RunContext;
  /** By group: the job of this run that has it, or waits for another run to give it back. */
  readonly #holders = new Map<string, string>();
  readonly #releases = new Map<string, () => Promise<void>>();

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Whether the job may start as far as its group goes. */
  has({ plan }: ScheduledJob): boolean {
    return plan.resourceGroup === undefined || this.#releases.has(plan.name);
  }

  isBusy({ plan: { resourceGroup } }: ScheduledJob): boolean {
    return resourceGroup !== undefined && this.#holders.has(resourceGroup);
  }

  /** Resolves when the job has its group; also when the run ends meanwhile, which ends the job before it runs. */
  async acquire({ plan }: ScheduledJob, signal: AbortSignal): Promise<void> {
    const { name, resourceGroup = "" } = plan;
    const { locks, emit } = this.#context;
    this.#holders.set(resourceGroup, name);
    const tell = (holder: string): void => {
      const text = `waits for the resource group "${resourceGroup}", which ${holder} has`;
      emit({ type: "run.note", level: "note", job: name, text });
    };
    const release = await locks
      .acquire(resourceGroup, plan.timeoutMs + LEASE_SLACK_MS, tell, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return undefined;
      });
    this.#releases.set(name, release ?? (async () => undefined));
  }

  /** What jobs had that were canceled before they ran. */
  async close(): Promise<void> {
    await Promise.all([...this.#releases.values()].map((release) => release()));
  }

  /** Nothing for a job without a group. */
  async release({ plan: { name, resourceGroup } }: ScheduledJob): Promise<void> {
    if (resourceGroup === undefined) return;
    await this.#releases.get(name)?.();
    this.#releases.delete(name);
    this.#holders.delete(resourceGroup);
  }
}
