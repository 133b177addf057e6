import type {
  CompiledPipeline,
  DialectContext,
  FileVariable,
  GivenVariable,
  RepositoryFacts,
  TriggerFacts,
} from "../src/dialects/dialect.ts";
import type { FileAnswer, FileRequest } from "../src/dialects/files.ts";
import { gitlabDialect } from "../src/dialects/gitlab/gitlab-dialect.ts";
import { KnownFiles } from "../src/dialects/known-files.ts";
import type { Job } from "../src/model/pipeline.ts";
import type { Variables } from "../src/model/variables.ts";
import { fitting } from "../src/system/includes/local-files.ts";
import { matchesGlob } from "../src/text/glob.ts";

export interface CompileChoices {
  readonly variables?: Readonly<Record<string, string | Partial<GivenVariable>>>;
  readonly facts?: Partial<RepositoryFacts>;
  /** What made the pipeline happen; without it a push to `facts.branch`. */
  readonly trigger?: TriggerFacts;
  readonly fileVariables?: readonly FileVariable[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly inputFile?: string;
  readonly reported?: {
    readonly job: string | readonly string[];
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly keepDocument?: "whole" | "own";
  readonly starting?: DialectContext["starting"];
  /** By `JOB.NAME`. */
  readonly jobInputs?: Readonly<Record<string, string>>;
  /** Files of the work tree, for `include`; without it none can be fetched. */
  readonly files?: Readonly<Record<string, string>>;
  /** Answers to what is not a file of the work tree; without it each has failed. */
  readonly fetch?: (request: FileRequest) => FileAnswer;
}

/** Compiles a text as the file `.gitlab-ci.yml` of the project `group/project`. */
export function compileGitlab(text: string, choices: CompileChoices = {}): CompiledPipeline {
  const given = Object.entries(choices.variables ?? {}).map(([name, value]) => {
    const parts = typeof value === "string" ? { value } : value;
    return [name, { value: "", masked: false, origin: "command line", ...parts }] as const;
  });
  const context: DialectContext = {
    facts: { folderName: "project", remoteUrl: "git@gitlab.example:group/project.git", ...choices.facts },
    run: { pipelineId: 7, startedAt: new Date("2026-01-02T03:04:05.678Z"), platform: "linux/amd64", version: "1.2.3" },
    variables: new Map(given),
    ...(choices.fileVariables === undefined ? {} : { fileVariables: choices.fileVariables }),
    ...(choices.trigger === undefined ? {} : { trigger: choices.trigger }),
    ...inputsOf(choices),
    ...(choices.reported === undefined
      ? {}
      : {
          reported: {
            jobs: new Set([choices.reported.job].flat()),
            variables: new Map(Object.entries(choices.reported.variables)),
          },
        }),
    ...(choices.keepDocument === undefined ? {} : { keepDocument: choices.keepDocument }),
    ...(choices.starting === undefined ? {} : { starting: choices.starting }),
    ...(choices.jobInputs === undefined ? {} : { jobInputs: new Map(Object.entries(choices.jobInputs)) }),
  };
  const source = { file: ".gitlab-ci.yml", text };
  if (choices.files === undefined && choices.fetch === undefined) return gitlabDialect.compile(source, context);
  const files = new KnownFiles();
  for (;;) {
    const compiled = gitlabDialect.compile(source, { ...context, files });
    const wanted = files.takeWanted();
    if (wanted.length === 0) return compiled;
    for (const request of wanted) files.add(request, answer(request, choices));
  }
}

function inputsOf({ inputs, inputFile }: CompileChoices): Pick<DialectContext, "inputs"> {
  if (inputs === undefined && inputFile === undefined) return {};
  const files = inputFile === undefined ? [] : [{ file: "inputs.yml", text: inputFile }];
  return { inputs: { texts: new Map(Object.entries(inputs ?? {})), files } };
}

function answer(request: FileRequest, { files = {}, fetch }: CompileChoices): FileAnswer {
  const nothing: FileAnswer = { kind: "failed", failure: { reason: "no-file" } };
  if (request.kind === "pattern") return { kind: "names", names: fitting(Object.keys(files), request.pattern) };
  if (request.kind === "exists") {
    const fits = (name: string): boolean => request.patterns.some((pattern) => matchesGlob(pattern, name, "fnmatch"));
    return { kind: "names", names: Object.keys(files).filter(fits) };
  }
  if (request.kind !== "local" || request.base.kind !== "work-tree") return fetch?.(request) ?? nothing;
  const text = files[request.path];
  return text === undefined ? nothing : { kind: "text", found: { file: request.path, text, base: request.base } };
}

/** A job of a file that must compile. */
export function compileJob(text: string, name: string, choices: CompileChoices = {}): Job {
  const { pipeline, diagnostics } = compileGitlab(text, choices);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  const job = pipeline?.jobs.find((one) => one.name === name);
  if (errors.length > 0 || job === undefined) throw new Error(`no job "${name}": ${JSON.stringify(errors)}`);
  return job;
}

/** Name and value of the variables that a file or a command line sets. */
export function valuesOf(variables: Variables): Readonly<Record<string, string>> {
  const own = [...variables].filter(([, variable]) => variable.origin !== "predefined");
  return Object.fromEntries(own.map(([name, variable]) => [name, variable.value]));
}

export function commandsOf(job: Job): readonly string[] {
  return job.steps[0]?.scripts[0]?.commands ?? [];
}
