import type { ContainerEnd, StepContainer } from "../engines/engine.ts";
import type { StepPlan } from "../model/job-plan.ts";
import { EngineFailureError } from "../model/outrigger-error.ts";
import type { Script } from "../model/step.ts";
import { stopPatiently } from "./interruption.ts";
import type { JobContext } from "./job-context.ts";
import { JobStopped } from "./job-end.ts";
import { type LogStream, openLogStream } from "./log-stream.ts";
import { watchForMarker } from "./script/script-marker.ts";
import { toShellScript } from "./script/shell-script.ts";
import { afterScriptLimitMs, scriptLimitMs } from "./script-limits.ts";

/** Lines of a failing script that a cause may be read from. */
const LOG_TAIL_LINES = 60;

const NONE: ReadonlyMap<string, string> = new Map();

export interface StepResult {
  readonly end: ContainerEnd;
  readonly scriptMs: number;
  readonly logTail: readonly string[];
}

type ScriptKind = "before" | "main" | "after";

/**
 * Runs a step's `main` scripts in order until one fails, each in a shell of its own, or its image's own command when it has
 * no scripts. They may have a time limit of their own, which stops the job as its `timeout` does.
 *
 * @param onScript is told what each of them took, also of one that was stopped.
 * @throws the job's stop reason when the job ends early; the container has been stopped then.
 * @source GY-132, GS-852
 */
export async function runMainScripts(
  step: StepPlan,
  container: StepContainer,
  context: JobContext,
  onScript: (scriptMs: number) => void,
): Promise<StepResult> {
  const limitMs = scriptLimitMs(step, context);
  const stop = (): void =>
    context.stop(new JobStopped({ kind: "timed_out", afterMs: limitMs ?? 0, limit: "RUNNER_SCRIPT_TIMEOUT" }));
  const timer = limitMs === undefined ? undefined : setTimeout(stop, limitMs);
  try {
    return await runMainInOrder(step, container, context, onScript);
  } finally {
    clearTimeout(timer);
  }
}

async function runMainInOrder(
  step: StepPlan,
  container: StepContainer,
  context: JobContext,
  onScript: (scriptMs: number) => void,
): Promise<StepResult> {
  const [first, ...others] = step.scripts.filter((script) => script.kind === "main");
  const runOne = async (script: Script | undefined): Promise<StepResult> => {
    const result = await runScript(step, container, context, { kind: "main", script }, context.signal);
    onScript(result.scriptMs);
    context.signal.throwIfAborted();
    return result;
  };
  let result = await runOne(first);
  for (const script of others) {
    if (result.end.exitCode !== 0) break;
    result = await runOne(script);
  }
  return result;
}

/**
 * Runs the commands that a job has for the time before its sources are there, in its own container.
 *
 * @throws JobStopped when they fail: the job ends with their exit code, and none of its scripts runs.
 * @source GY-131
 */
export async function runBeforeSources(
  step: StepPlan,
  container: StepContainer,
  context: JobContext,
  commands: readonly string[],
): Promise<void> {
  const hook: RunnableScript = { kind: "before", script: { commands } };
  const { end, logTail } = await runScript(step, container, context, hook, context.signal);
  context.signal.throwIfAborted();
  if (end.exitCode === 0) return;
  const exitCode = end.exitCode ?? 1;
  throw new JobStopped({ kind: "script", exitCode, oomKilled: end.oomKilled, step: step.id, logTail });
}

/**
 * Runs a step's `after` script if it has one. Its failure only warns, unless `AFTER_SCRIPT_IGNORE_ERRORS` is `false`.
 *
 * @param stop ends it early.
 * @returns the exit code that counts: 0, or one that fails a job that has passed so far.
 * @source GS-841, GS-851, GS-853, GY-129
 */
export async function runAfterScript(
  step: StepPlan,
  container: StepContainer,
  context: JobContext,
  { status, stop }: { readonly status: "success" | "failed" | "timedout"; readonly stop: AbortSignal },
): Promise<number> {
  const after = step.scripts.find((script) => script.kind === "after");
  if (after === undefined) return 0;
  const limitMs = afterScriptLimitMs(step, context);
  const limit = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([stop, limit]);
  const script = { ...after, variables: new Map([...(after.variables ?? []), ["CI_JOB_STATUS", status]]) };
  const { end } = await runScript(step, container, context, { kind: "after", script }, signal);
  if (end.exitCode === 0 && !limit.aborted) return 0;
  const problem = limit.aborted ? `timed out after ${limitMs / 1000} s` : `exit code ${end.exitCode ?? "unknown"}`;
  const counts = step.env.get("AFTER_SCRIPT_IGNORE_ERRORS") === "false";
  const consequence = counts ? "after_script failed" : "after_script failed, but job will continue unaffected";
  context.emit({ type: "run.note", level: "warning", job: context.plan.name, text: `${consequence}: ${problem}` });
  return counts ? end.exitCode || 1 : 0;
}

interface RunnableScript {
  readonly kind: ScriptKind;
  /** Undefined: the image's own command. */
  readonly script: Pick<Script, "commands" | "variables"> | undefined;
}

async function runScript(
  step: StepPlan,
  container: StepContainer,
  context: JobContext,
  { kind, script }: RunnableScript,
  signal: AbortSignal,
): Promise<StepResult> {
  signal.throwIfAborted();
  const subject = { job: context.plan.name, step: step.id };
  const log = openLogStream({
    mask: context.mask,
    tailLines: LOG_TAIL_LINES,
    onLines: (fd, block) => {
      context.coverage.look(block);
      context.emitLines({ type: "job.log", ...subject, fd }, block);
    },
    pressure: context.pressure,
  });
  const text = script && toShellScript(script.commands, { exports: script.variables ?? NONE, trace: isTraced(step) });
  const startedAt = context.clock.elapsed();
  context.emit({ type: "script.started", ...subject, script: kind });
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    // What went wrong with it shows when the sandbox is closed.
    stopping = stopPatiently(context.interruption, (grace) => container.stop(grace)).catch(() => undefined);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const end = await runToEnd(text, container, log, signal);
    log.end();
    const scriptMs = Math.round(context.clock.elapsed() - startedAt);
    const exitCode = end.exitCode ?? null;
    context.emit({ type: "script.finished", ...subject, script: kind, exitCode, afterMs: scriptMs });
    return { end, scriptMs, logTail: log.tail() };
  } finally {
    signal.removeEventListener("abort", stop);
    // Or it would stop what is run in the container next.
    await stopping;
  }
}

/**
 * Runs a script, and believes its success only when there is proof that it was received. One that got lost without a trace
 * is given once more: nothing of it has run.
 */
async function runToEnd(
  text: string | undefined,
  container: StepContainer,
  log: LogStream,
  signal: AbortSignal,
): Promise<ContainerEnd> {
  for (let isFirst = true; ; isFirst = false) {
    const marked = watchForMarker(log.sink);
    // The run itself is not aborted: it ends because its container was stopped, and no line of its log is lost.
    const end = await container.run(text, marked.sink, new AbortController().signal);
    await marked.end();
    if (text === undefined || marked.hasBegun() || end.exitCode !== 0 || signal.aborted) return end;
    if (isFirst && log.tail().length === 0) continue;
    throw new EngineFailureError(
      "script_not_run",
      "the container ended with exit code 0, but the script was never started in it",
      { hint: 'an entry point has to run its arguments; clear it with image: {name: ..., entrypoint: [""]}' },
    );
  }
}

/** `CI_DEBUG_TRACE` shows every command as the shell sees it (GY-125). */
function isTraced(step: StepPlan): boolean {
  return step.env.get("CI_DEBUG_TRACE") === "true";
}
