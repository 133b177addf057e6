// When and whether a job runs, and what it waits for, in the model's words.

import type { Job, JobOrder } from "../../model/pipeline.ts";
import type { Trigger } from "../../model/trigger.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import { expandWith } from "./build-image.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";

type Order = Pick<
  Job,
  | "name"
  | "stage"
  | "at"
  | "order"
  | "when"
  | "allowFailure"
  | "retry"
  | "timeoutMs"
  | "matrix"
  | "instance"
  | "startInMs"
  | "manualConfirmation"
  | "dependencies"
  | "interruptible"
  | "resourceGroup"
  | "environment"
  | "trigger"
>;

/** @param jobNames of the pipeline: what can be waited for. */
export function buildOrder(job: JobDeclaration, variables: JobVariables, jobNames: ReadonlySet<string>): Order {
  const { instance, startInSeconds, timeoutSeconds, dependencies, resourceGroup } = job;
  const group = resourceGroup === undefined ? "" : variables.dropUnknown(resourceGroup.text);
  return {
    name: job.name,
    stage: job.stage,
    at: spanOf(job.key),
    order: orderOf(job, jobNames),
    when: job.when,
    // A manual job is optional unless the file says otherwise (GY-191).
    allowFailure: job.allowFailure ?? job.when === "manual",
    retry: job.retry,
    ...withoutUndefined({
      timeoutMs: timeoutSeconds === undefined ? undefined : Math.round(timeoutSeconds * 1000),
      matrix: instance?.cell && new Map([...instance.cell].map(([name, value]) => [name, value ?? ""])),
      instance: instance && { of: instance.of, index: instance.index, total: instance.total },
      startInMs: startInSeconds === undefined ? undefined : Math.round(startInSeconds * 1000),
      manualConfirmation: job.manualConfirmation,
      dependencies: dependencies
        ?.filter(({ text }) => jobNames.has(text))
        .map(({ text, at }) => ({ job: text, at: spanOf(at) })),
      interruptible: job.interruptible,
      resourceGroup: group === "" ? undefined : group,
      environment: variables.environment,
      trigger: job.trigger && buildTrigger(job.trigger, variables),
    }),
  };
}

function orderOf(job: JobDeclaration, jobNames: ReadonlySet<string>): JobOrder {
  if (job.needs === undefined) return { kind: "stages" };
  const needs = job.needs.filter((need) => jobNames.has(need.job) || need.optional);
  return {
    kind: "needs",
    needs: needs.map(({ job: name, optional, artifacts, at }) => ({ job: name, optional, artifacts, at: spanOf(at) })),
  };
}

/** @source GY-107 */
function buildTrigger(trigger: Trigger, variables: JobVariables): Trigger {
  switch (trigger.kind) {
    case "mirror":
      return trigger;
    case "project": {
      const { project, branch } = trigger;
      const rest = branch === undefined ? {} : { branch: variables.dropUnknown(branch) };
      return { ...trigger, project: variables.dropUnknown(project), ...rest };
    }
    case "child":
      return {
        ...trigger,
        includes: trigger.includes.map((include) =>
          include.kind === "other" ? include : { ...include, file: expandWith(variables.all, include.file) },
        ),
      };
  }
}
