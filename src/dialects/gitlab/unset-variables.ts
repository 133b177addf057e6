import { parseImageRef } from "../../model/image-ref.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { expandWith } from "./build-image.ts";
import type { ImageDeclaration } from "./declarations.ts";
import { referencedNames } from "./expand-runner.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";
import type { PipelineDeclaration } from "./read-pipeline.ts";
import type { Report } from "./report.ts";

/** GitLab's own, of which a checkout knows many and not all. */
const OF_GITLAB = /^(?:CI|GITLAB|FF|RUNNER|TRIGGER)_|^CI$/;

/**
 * Variables that texts of the file use and that nothing sets: not the file anywhere, not the command line, not GitLab.
 * They may be the project's own, on the server; here they are empty.
 */
export class UnsetVariables {
  readonly #report: Report;
  /** Undefined: names may come from where nobody can look now, a job's `dotenv` report or an include that was not read. */
  readonly #settable: ReadonlySet<string> | undefined;
  readonly #told = new Set<string>();

  constructor(pipeline: PipelineDeclaration, report: Report) {
    this.#report = report;
    const hasDotenv = pipeline.jobs.some((job) => job.artifacts?.reports.some(({ kind }) => kind === "dotenv"));
    this.#settable = hasDotenv || report.isIncomplete ? undefined : namesSetIn(pipeline);
  }

  check(job: JobDeclaration, variables: JobVariables): void {
    if (this.#settable === undefined) return;
    if (job.image !== undefined) this.#checkImage(job.image, variables);
    for (const service of job.services) {
      this.#checkImage(service, variables);
      this.#checkText(service.alias ?? "", service.at, variables);
      this.#checkVariables(service.variables, variables);
    }
    this.#checkVariables(job.globals, variables);
    this.#checkVariables(job.variables, variables);
    if (job.environment !== undefined) this.#checkText(job.environment.name, job.environment.at, variables);
    if (job.resourceGroup !== undefined) this.#checkText(job.resourceGroup.text, job.resourceGroup.at, variables);
  }

  /** What is no image at all has been told, with the variables that it lacks. */
  #checkImage(image: ImageDeclaration, variables: JobVariables): void {
    if (!image.name.includes("$") || !referencedNames(image.name).some((name) => this.#isUnset(name, variables)))
      return;
    const isUsable = parseImageRef(expandWith(variables.all, image.name)) !== undefined;
    if (isUsable) this.#checkText(image.name, image.at, variables);
  }

  #checkVariables(declared: JobDeclaration["variables"], variables: JobVariables): void {
    for (const { value, raw, at } of declared) if (!raw) this.#checkText(value, at, variables);
  }

  #checkText(text: string, at: YamlNode, variables: JobVariables): void {
    if (!text.includes("$")) return;
    for (const name of referencedNames(text)) {
      if (!this.#isUnset(name, variables)) continue;
      this.#told.add(name);
      this.#report.whole("warning", {
        code: "unset-variable",
        text: `variable "${name}" is used and never set: it is empty`,
        at,
        hint: `set it under variables:, or give it with --variable ${name}=VALUE if the project has it`,
      });
    }
  }

  /** And not told of yet. */
  #isUnset(name: string, variables: JobVariables): boolean {
    if (variables.all.has(name) || this.#settable?.has(name) === true || OF_GITLAB.test(name)) return false;
    return !this.#told.has(name) && /^[A-Za-z_]\w*$/.test(name);
  }
}

function namesSetIn({ jobs, workflow }: PipelineDeclaration): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (named: readonly { readonly name: string }[]): void => {
    for (const { name } of named) names.add(name);
  };
  for (const rule of workflow?.rules ?? []) add(rule.variables);
  for (const { globals, variables, rules, services, secrets, parallel } of jobs) {
    add(globals);
    add(variables);
    add(secrets);
    for (const rule of rules ?? []) add(rule.variables);
    for (const service of services) add(service.variables);
    const cells = parallel?.kind === "matrix" ? parallel.items : [];
    for (const cell of cells) for (const name of cell.keys()) names.add(name);
  }
  return names;
}
