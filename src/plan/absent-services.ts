import type { Job, Pipeline } from "../model/pipeline.ts";
import type { Step } from "../model/step.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { mentionsHost } from "../text/mentions-host.ts";

/**
 * Steps that look for a service by name which their job does not have: its conditions left it out, or it is another job's,
 * and every job has a network of its own.
 *
 * @source DR-244, DR-292
 */
export function findAbsentServices(job: Job, pipeline: Pipeline): readonly Diagnostic[] {
  const own = new Set([...job.services.flatMap(({ hostNames }) => hostNames), ...job.steps.map(({ name }) => name)]);
  const absent = new Map<string, string>();
  for (const other of pipeline.jobs) {
    if (other === job) continue;
    for (const { label } of other.services) absent.set(label, `it is a service of "${other.name}" only`);
  }
  for (const { kind, name, why } of job.skipped ?? []) {
    if (kind === "service") absent.set(name, `it is skipped (${why})`);
  }
  return [...absent].flatMap(([name, why]) =>
    own.has(name) ? [] : job.steps.filter((step) => looksFor(step, name)).map((step) => toNote(step, name, why)),
  );
}

function looksFor(step: Step, name: string): boolean {
  const values = [...step.variables].flatMap(([key, { value, origin }]) =>
    origin === "predefined" ? [] : [`${key}=${value}`],
  );
  const commands = step.scripts.flatMap((script) => script.commands);
  return [...commands, ...values].some((text) => mentionsHost(text, name));
}

function toNote(step: Step, name: string, why: string): Diagnostic {
  return {
    severity: "note",
    code: "absent-service",
    path: step.name,
    message: `step "${step.name}" looks for service "${name}", which this job does not have: ${why}`,
    at: step.at,
  };
}
