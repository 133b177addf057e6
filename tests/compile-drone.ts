import { chooseDialect, loadDialect } from "../src/dialects/detect.ts";
import type { CompiledPipeline, DialectContext, RepositoryFacts, TriggerFacts } from "../src/dialects/dialect.ts";
import type { DialectId, Job } from "../src/model/pipeline.ts";
import type { Service } from "../src/model/service.ts";
import type { Step } from "../src/model/step.ts";

export interface DroneChoices {
  readonly file?: string;
  readonly dialect?: DialectId;
  readonly trigger?: TriggerFacts;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Names of those that are hidden. */
  readonly masked?: readonly string[];
  readonly facts?: Partial<RepositoryFacts>;
  readonly deliver?: boolean;
}

export const SHA = "0123456789abcdef0123456789abcdef01234567";

export function droneContext(choices: DroneChoices = {}): DialectContext {
  const variables = Object.entries(choices.variables ?? {}).map(
    ([name, value]) =>
      [name, { value, masked: choices.masked?.includes(name) === true, origin: "command line" }] as const,
  );
  return {
    facts: {
      folderName: "hello",
      remoteUrl: "https://git.example/octocat/hello.git",
      branch: "main",
      defaultBranch: "main",
      commit: {
        sha: SHA,
        message: "first: a change",
        author: "Ada <ada@example.org>",
        committedAt: "2026-01-01T00:00:00Z",
      },
      ...choices.facts,
    },
    run: { pipelineId: 7, startedAt: new Date("2026-01-02T03:04:05Z"), platform: "linux/amd64", version: "1.2.3" },
    variables: new Map(variables),
    secrets: new Map(Object.entries(choices.secrets ?? {})),
    ...(choices.trigger === undefined ? {} : { trigger: choices.trigger }),
    ...(choices.deliver === undefined ? {} : { deliver: choices.deliver }),
  };
}

export interface DroneCompiled extends CompiledPipeline {
  readonly dialect: DialectId;
  readonly why: string;
  /** `severity code: message`, in the order of the checks. */
  readonly findings: readonly string[];
  readonly errors: readonly string[];
}

/** Detects and compiles a text as the file `.drone.yml` of the repository `octocat/hello`. */
export async function compileDrone(text: string, choices: DroneChoices = {}): Promise<DroneCompiled> {
  const source = { file: choices.file ?? ".drone.yml", text };
  const choice = await chooseDialect(source, choices.dialect);
  const compiled = (await loadDialect(choice.id)).compile(source, droneContext(choices));
  const findings = compiled.diagnostics.map((one) => `${one.severity} ${one.code}: ${one.message}`);
  return {
    ...compiled,
    dialect: choice.id,
    why: choice.why,
    findings,
    errors: findings.filter((one) => one.startsWith("error ")),
  };
}

/** The only job of a file that must compile. */
export async function compileDroneJob(text: string, choices: DroneChoices = {}): Promise<Job> {
  const { pipeline, errors } = await compileDrone(text, choices);
  const [job, other] = pipeline?.jobs ?? [];
  if (errors.length > 0 || job === undefined || other !== undefined) {
    throw new Error(`expected one job: ${JSON.stringify({ errors, jobs: pipeline?.jobs.map(({ name }) => name) })}`);
  }
  return job;
}

export function serviceOf(job: Job, label: string): Service {
  const found = job.services.find((service) => service.label === label);
  if (found === undefined) throw new Error(`no service "${label}"`);
  return found;
}

export function stepOf(job: Job, name: string): Step {
  const found = job.steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`no step "${name}" in ${job.steps.map((step) => step.name).join(", ")}`);
  return found;
}

export function valuesOf(container: Service | Step | Job): Readonly<Record<string, string>> {
  return Object.fromEntries([...container.variables].map(([name, { value }]) => [name, value]));
}
