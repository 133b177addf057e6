import type { HostAccess } from "../model/container.ts";
import type { ContainerPlan, JobPlan, StepPlan } from "../model/job-plan.ts";
import { EngineFailureError } from "../model/outrigger-error.ts";

/** What a file can make an engine refuse; others are troubles of the machine and belong to no line. */
const OF_THE_FILE: ReadonlySet<string> = new Set([
  "device_missing",
  "bad_request",
  "engine_error",
  "not_permitted",
  "no_such_object",
]);

/**
 * Waits for what an engine does with one container. Its refusal gets the container's name and the line that asked for what
 * was refused: devices and volumes are paths of the engine's machine, which only the engine can look up.
 */
export async function atItsPlace<T>(title: string, plan: ContainerPlan, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw withPlace(title, plan, error);
  }
}

/** `job "test"`, or the step of a job that has several. */
export function titleOf(job: JobPlan, step: StepPlan): string {
  return job.steps.length === 1 ? `job "${job.name}"` : `step "${step.name}"`;
}

export function withPlace(title: string, plan: ContainerPlan, error: unknown): unknown {
  if (!(error instanceof EngineFailureError) || error.at !== undefined || !OF_THE_FILE.has(error.code)) return error;
  const asked = findAsked(plan.asked ?? [], error.message);
  if (error.code === "no_such_object" && asked === undefined) return error;
  const hint = error.hint ?? hintFor(error.code, asked);
  return new EngineFailureError(error.code, `${title}: ${error.message}`, {
    at: asked?.at ?? plan.at,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The request whose thing the engine names; the longest, when one name is part of another. */
function findAsked(asked: readonly HostAccess[], message: string): HostAccess | undefined {
  const names = namesOf(message);
  // Engines write capabilities with the prefix that files leave out.
  const isNamed = (thing: string): boolean => names.has(thing) || names.has(`CAP_${thing.toUpperCase()}`);
  return asked
    .filter((access) => isNamed(thingOf(access)))
    .toSorted((a, b) => thingOf(b).length - thingOf(a).length)[0];
}

/** `/dev/ttyUSB0` of `/dev/ttyUSB0:/dev/x`. */
function thingOf({ value }: HostAccess): string {
  return value.split(/[:=]/)[0] ?? value;
}

function namesOf(message: string): ReadonlySet<string> {
  return new Set(message.split(/["'`\s,:=()]+/));
}

function hintFor(code: string, asked: HostAccess | undefined): string | undefined {
  if (asked === undefined) return undefined;
  return code === "device_missing"
    ? `devices are those of the engine's machine: make "${thingOf(asked)}" there, or take it out of the file`
    : `change "${asked.value}", or take it out of the file`;
}
