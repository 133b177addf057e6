import type { PullPolicy } from "../../model/container.ts";
import type { JobWhen, NetworkMode } from "../../model/pipeline.ts";
import { dropControls } from "../../trace/control-sequences.ts";

/** What `outrigger explain` knows of a job; its JSON form is this with `variables` as a map. */
export interface ExplainedJob {
  readonly name: string;
  readonly stage: string;
  readonly image: string;
  /** What a job without containers starts; null for all others. */
  readonly starts: string | null;
  readonly network: NetworkMode;
  readonly when: JobWhen;
  /** What put it into the pipeline or keeps it out; null for dialects that do not tell. */
  readonly decision: ExplainedDecision | null;
  readonly services: readonly ExplainedService[];
  /** All that its containers ask of the host, granted or not. */
  readonly capabilities: readonly ExplainedCapability[];
  readonly needs: readonly string[];
  readonly variables: readonly { readonly name: string; readonly value: string; readonly origin: string }[];
  readonly commands: readonly string[];
}

export interface ExplainedDecision {
  readonly text: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly checks: readonly {
    readonly of: string;
    readonly condition: string;
    readonly holds: boolean;
    readonly why: string | null;
    readonly file: string;
    readonly line: number;
    /** null: nobody set it. */
    readonly values: Readonly<Record<string, string | null>>;
  }[];
}

export interface ExplainedCapability {
  readonly service: string;
  readonly capability: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

export interface ExplainedService {
  readonly name: string;
  /** Of its container, on engines where users know it by that name. */
  readonly container?: string;
  readonly image: string;
  readonly hostnames: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly pullPolicy: readonly PullPolicy[];
  readonly environment: Readonly<Record<string, string>>;
  readonly privileged: boolean;
  readonly file: string;
  readonly line: number;
}

/** For people: a block per job. */
export function renderExplanation(jobs: readonly ExplainedJob[]): string {
  return jobs.map((job) => `${renderJob(job).map(dropControls).join("\n")}\n`).join("\n");
}

function renderJob(job: ExplainedJob): string[] {
  const origins = Object.entries(Object.groupBy(job.variables, (variable) => variable.origin));
  return [
    `job ${job.name}`,
    `  stage     ${job.stage}`,
    ...(job.image === "" ? [] : [`  image     ${job.image}`]),
    ...(job.starts === null ? [] : [`  starts    ${job.starts}`]),
    `  when      ${job.when}`,
    ...(job.decision === null ? [] : renderDecision(job.decision)),
    `  needs     ${job.needs.length === 0 ? "nothing" : job.needs.join(", ")}`,
    ...job.services.flatMap(renderService),
    ...job.capabilities.map(
      (use) => `  asks host ${use.capability}: ${use.service}, ${use.value}, ${use.file}:${use.line}`,
    ),
    ...job.commands.flatMap((command) => `  $ ${command.trimEnd().replaceAll("\n", "\n    ")}`.split("\n")),
    ...origins.flatMap(([origin, variables]) => [
      `  variables from ${origin}`,
      ...(variables ?? []).map(({ name, value }) => `    ${name}=${JSON.stringify(value)}`),
    ]),
  ];
}

function renderDecision({ text, file, line, checks }: ExplainedDecision): string[] {
  const place = file === null || line === null ? "" : `, ${file}:${line}`;
  return [
    `  because   ${text}${place}`,
    ...checks.flatMap((check) => {
      const why = check.why === null ? "" : ` (${check.why})`;
      return [
        `    ${check.of} ${check.condition}`,
        `      ${check.holds ? "holds" : "does not hold"}${why}`,
        ...Object.entries(check.values).map(([name, value]) => `      $${name} = ${JSON.stringify(value)}`),
      ];
    }),
  ];
}

function renderService(service: ExplainedService): string[] {
  const argv = (words: readonly string[] | null): string =>
    words === null ? "the image's own" : JSON.stringify(words);
  return [
    `  service   ${service.name} (${service.image}), ${service.file}:${service.line}`,
    `    reached as  ${service.hostnames.length === 0 ? "nothing: all its names are taken" : service.hostnames.join(", ")}`,
    ...(service.container === undefined ? [] : [`    container   ${service.container}`]),
    `    entrypoint  ${argv(service.entrypoint)}`,
    `    command     ${argv(service.command)}`,
    ...(service.pullPolicy.length === 0 ? [] : [`    pull        ${service.pullPolicy.join(", then ")}`]),
    ...(service.privileged ? ["    privileged  yes"] : []),
  ];
}
