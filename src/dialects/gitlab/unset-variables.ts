import { parseImageRef } from "../../model/image-ref.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { expandWith } from "./build-image.ts";
import type { ImageDeclaration, PlacedText } from "./declarations.ts";
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
    for (const image of [job.image, ...job.services]) {
      if (image !== undefined && isUsable(image, variables)) this.#checkText(image.name, image.at, variables);
    }
    for (const { alias = "", variables: own, at } of job.services) {
      this.#checkText(alias, at, variables);
      this.#checkVariables(own, variables);
    }
    this.#checkVariables(job.globals, variables);
    this.#checkVariables(job.variables, variables);
    for (const { text, at } of namesOf(job)) this.#checkText(text, at, variables);
  }

  #checkVariables(declared: JobDeclaration["variables"], variables: JobVariables): void {
    for (const { value, raw, at } of declared) if (!raw) this.#checkText(value, at, variables);
  }

  #checkText(text: string, at: YamlNode, variables: JobVariables): void {
    if (!text.includes("$")) return;
    for (const name of referencedNames(text)) {
      const isSet = variables.all.has(name) || this.#settable?.has(name) === true || OF_GITLAB.test(name);
      if (isSet || this.#told.has(name) || !/^[A-Za-z_]\w*$/.test(name)) continue;
      this.#told.add(name);
      this.#report.whole("warning", {
        code: "unset-variable",
        text: `variable "${name}" is used and never set: it is empty`,
        at,
        hint: `set it under variables:, or give it with --variable ${name}=VALUE if the project has it`,
      });
    }
  }
}

/** What is no image at all has been told, with the variables that it lacks. */
function isUsable(image: ImageDeclaration, variables: JobVariables): boolean {
  return image.name.includes("$") && parseImageRef(expandWith(variables.all, image.name)) !== undefined;
}

function namesOf({ environment, resourceGroup }: JobDeclaration): readonly PlacedText[] {
  return [
    ...(environment === undefined ? [] : [{ text: environment.name, at: environment.at }]),
    ...(resourceGroup === undefined ? [] : [resourceGroup]),
  ];
}

function namesSetIn({ jobs, workflow }: PipelineDeclaration): ReadonlySet<string> {
  const ofWorkflow = workflow?.rules?.flatMap((rule) => rule.variables) ?? [];
  const ofJobs = jobs.flatMap(({ globals, variables, rules, services, secrets }) => [
    ...globals,
    ...variables,
    ...secrets,
    ...(rules?.flatMap((rule) => rule.variables) ?? []),
    ...services.flatMap((service) => service.variables),
  ]);
  const cells = jobs.flatMap(({ parallel }) => (parallel?.kind === "matrix" ? parallel.items : []));
  return new Set([...[...ofWorkflow, ...ofJobs].map(({ name }) => name), ...cells.flatMap((cell) => [...cell.keys()])]);
}
