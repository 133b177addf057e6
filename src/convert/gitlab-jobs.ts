import type { Step } from "../model/step.ts";
import type { Losses } from "./losses.ts";
import { isSame, type OwnValue, type OwnVariables } from "./own-variables.ts";
import type { PortableJob, PortableStep } from "./portable.ts";

/** One GitLab job: a job of the file whole, or one step of it. */
export interface GitlabJob {
  readonly name: string;
  readonly source: PortableJob;
  /** The step that gives image and options; the others only add commands. */
  readonly step: PortableStep;
  readonly commands: readonly string[];
  readonly variables: OwnVariables;
  /** Steps whose commands follow each other in one script. */
  readonly joined: readonly string[];
  readonly needs: readonly string[];
}

/** Steps that only follow each other in one image become one script; others a job each. */
export function toGitlabJobs(jobs: readonly PortableJob[], losses: Losses): readonly GitlabJob[] {
  const ends = new Map<string, readonly string[]>();
  return jobs
    .map((job) => {
      const joined = join(job);
      const split = joined === undefined ? splitSteps(job, losses) : [joined];
      ends.set(
        job.name,
        split.map((one) => one.name),
      );
      return { job, split };
    })
    .flatMap(({ job, split }) => {
      const outer = job.needs.flatMap((name) => ends.get(name) ?? []);
      return split.map((one) => ({ ...one, needs: one.needs.length > 0 ? one.needs : outer }));
    });
}

function join(job: PortableJob): GitlabJob | undefined {
  const [first] = job.steps;
  if (first === undefined) return undefined;
  const variables = joinVariables(job.steps);
  const canJoin =
    job.steps.length === 1 || (variables !== undefined && job.steps.every((step) => follows(step, first)));
  if (!canJoin || first.step.detach) return undefined;
  return {
    name: job.name,
    source: job,
    step: first,
    commands: job.steps.flatMap((step) => step.commands),
    variables: variables ?? first.variables,
    joined: job.steps.map((step) => step.name),
    needs: [],
  };
}

function follows(one: PortableStep, first: PortableStep): boolean {
  return (
    one.dependsOn === undefined &&
    one.commands.length > 0 &&
    one.after.length === 0 &&
    one.when === "on_success" &&
    !one.ignoreFailure &&
    !one.step.detach &&
    one.workingDir === first.workingDir &&
    isSameContainer(one.step, first.step)
  );
}

/** As far as a GitLab job has words for it. */
function isSameContainer(one: Step, other: Step): boolean {
  const shown = ({ image, entrypoint, user, privileged }: Step): string =>
    JSON.stringify([image.text, image.platform, image.pullPolicy, user ?? image.user, entrypoint, privileged]);
  return shown(one) === shown(other);
}

/** @returns undefined when two steps disagree. */
function joinVariables(steps: readonly PortableStep[]): OwnVariables | undefined {
  const all = new Map<string, OwnValue>();
  for (const [name, value] of steps.flatMap((step) => [...step.variables])) {
    const known = all.get(name);
    if (known !== undefined && !isSame(value, known)) return undefined;
    all.set(name, value);
  }
  return all;
}

function splitSteps(job: PortableJob, losses: Losses): readonly GitlabJob[] {
  const steps = job.steps.filter((step) => !step.step.detach);
  const nameOf = (step: string): string => (steps.length === 1 ? job.name : `${job.name}:${step}`);
  if (steps.length > 1) {
    losses.add(
      `${job.where}: one workspace and one set of services for all steps`,
      "each becomes a job with services of its own; hand files on with artifacts",
    );
  }
  const kept = new Set(steps.map((step) => step.name));
  return steps.map((step, index) => {
    const previous = steps[index - 1];
    const before = step.dependsOn ?? (previous === undefined ? [] : [previous.name]);
    return {
      name: nameOf(step.name),
      source: job,
      step,
      commands: step.commands,
      variables: step.variables,
      joined: [step.name],
      needs: before.filter((name) => kept.has(name)).map(nameOf),
    };
  });
}
