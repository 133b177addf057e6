import type { RunnerSection } from "../config/runner-section.ts";
import type { EnginePlanner } from "../engines/engine-planner.ts";
import { openPlanner } from "../engines/open-planner.ts";
import type { RunPlan } from "../model/run-plan.ts";
import { currentOwner } from "../system/owner.ts";
import { type Diagnostic, hasErrors } from "../text/diagnostic.ts";
import { type IgnoreComment, withoutIgnored } from "../text/ignore-comments.ts";
import type { CliContext } from "./cli-context.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import { readSettingsFile } from "./engine-section.ts";
import { printDiagnostics } from "./print-diagnostics.ts";

/** Which engine, and what the operator says about it. */
export interface EngineChoice {
  readonly name: EngineOptions["engine"];
  readonly section: RunnerSection | undefined;
  readonly planner: EnginePlanner;
}

/**
 * Reads the settings file and tells what is wrong in it.
 *
 * @returns undefined when there is an error in it, which has been told.
 * @throws UsageError when it cannot be read, or has nothing about this engine.
 */
export async function chooseEngine(context: CliContext, options: EngineOptions): Promise<EngineChoice | undefined> {
  const { engine: name } = options;
  const given = await readSettingsFile(context.cwd, options);
  if (given === undefined) return { name, section: undefined, planner: await openWith(context, name, undefined) };
  const { read } = given;
  if (read.kind === "invalid") {
    printDiagnostics(context, [read.diagnostic], given);
    return undefined;
  }
  const planner = await openWith(context, name, read.section);
  const { engine, runner } = read.section;
  const findings = [...engine.diagnostics, ...runner.diagnostics].toSorted((a, b) => a.at.line - b.at.line);
  printDiagnostics(context, findings, given);
  return hasErrors(findings) ? undefined : { name, section: read.section, planner };
}

async function openWith(context: CliContext, name: string, section: RunnerSection | undefined): Promise<EnginePlanner> {
  return await openPlanner(name, { section, owner: currentOwner(), now: context.clock.now() });
}

export interface FittedPlan {
  readonly plan: RunPlan;
  /** Where on the engine its objects will be beside the usual place. */
  readonly places: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A plan as the engine takes it, and what speaks against it there.
 *
 * @param source of the plan: what its comments silence is left out.
 */
export function fitPlan(
  plan: RunPlan,
  { planner }: EngineChoice,
  source: { readonly ignoreComments: readonly IgnoreComment[] },
): FittedPlan {
  const fitted = plan.jobs.map((scheduled) =>
    scheduled.child === undefined
      ? { scheduled, ...planner.fit(scheduled.plan) }
      : { scheduled, job: scheduled.plan, diagnostics: [] },
  );
  return {
    places: [...new Set(fitted.flatMap(({ job }) => planner.placesOf(job)))],
    plan: { ...plan, jobs: fitted.map(({ scheduled, job }) => ({ ...scheduled, plan: job })) },
    diagnostics: withoutIgnored(
      fitted.flatMap(({ diagnostics }) => diagnostics),
      source.ignoreComments,
    ),
  };
}
