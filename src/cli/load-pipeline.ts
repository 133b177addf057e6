import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readVariableFiles } from "../config/read-variable-files.ts";
import { chooseDialect, loadDialect } from "../dialects/detect.ts";
import type {
  CompiledPipeline,
  DialectContext,
  GivenInputs,
  GivenVariable,
  RepositoryFacts,
  TriggerFacts,
} from "../dialects/dialect.ts";
import { compileWithFiles, KnownFiles } from "../dialects/known-files.ts";
import { PipelineFileError } from "../model/outrigger-error.ts";
import type { DialectId } from "../model/pipeline.ts";
import { countChangedFiles, readRepository, readTagMessage } from "../system/git.ts";
import { openFileFetcher } from "../system/includes/fetch-file.ts";
import { type IgnoreComment, type IgnoreComments, readIgnoreComments } from "../text/ignore-comments.ts";
import { withoutUndefined } from "../text/without-undefined.ts";
import type { CliContext } from "./cli-context.ts";
import { type IncludeChoices, toIncludeSettings } from "./include-options.ts";
import { findPipelineFile, isWorkflowFolder, readPipelineFile, shownPath } from "./pipeline-file.ts";

export interface PipelineRequest {
  /** As the person wrote it; undefined: look for the usual names here and in the folders above. */
  readonly file: string | undefined;
  readonly variables: ReadonlyMap<string, GivenVariable>;
  readonly pipelineId: number;
  /** Undefined: found out from the file. */
  readonly dialect?: DialectId;
  readonly trigger?: TriggerFacts;
  /** Undefined: as git tells. */
  readonly defaultBranch?: string;
  readonly secrets?: ReadonlyMap<string, string>;
  readonly deliver?: boolean;
  readonly inputs?: GivenInputs;
  readonly jobInputs?: ReadonlyMap<string, string>;
  readonly includes: IncludeChoices;
  readonly keepDocument?: DialectContext["keepDocument"];
  /** Somebody wants to know how many files differ from the commit. */
  readonly countsChanges?: true;
}

export interface LoadedPipeline extends CompiledPipeline {
  /** The same text with the same files, once what earlier jobs left to one is known. */
  readonly compileAgain: (left: LeftByJobs) => Promise<CompiledPipeline>;
  /** What the file's own comments silence (`findings-to-tell.ts`). */
  readonly ignoreComments: readonly IgnoreComment[];
  readonly dialect: DialectId;
  /** Why it is that one: `top-level "pipeline"`. */
  readonly whyDialect: string;
  /** As messages name it: relative to where the person stands. */
  readonly file: string;
  readonly text: string;
  /** Top of the work tree, or the file's folder outside of git. */
  readonly projectFolder: string;
  readonly isRepository: boolean;
  /** Why git will not work here, in its own words. */
  readonly gitProblem: string | undefined;
  readonly facts: RepositoryFacts;
  /** Of the work tree, as `countChangedFiles` finds it; undefined when nobody asked. Git may still be at it, and never rejects. */
  readonly changedFiles: Promise<number | undefined> | undefined;
}

export type LeftByJobs = Pick<DialectContext, "reported" | "starting">;

/** Finds, reads and compiles a pipeline file. @throws PipelineFileError when there is nothing to compile. */
export async function loadPipeline(context: CliContext, request: PipelineRequest): Promise<LoadedPipeline> {
  const path = await findPipelineFile(context.cwd, request.file);
  if (await isWorkflowFolder(path)) return loadFolder(context, path, request);
  const file = shownPath(context.cwd, path);
  const readingRepository = readRepository(dirname(path));
  const changedFiles = request.countsChanges === true ? countChangedFiles(dirname(path)) : undefined;
  const text = await readPipelineFile(path, file);
  // Git's answers take longer than this.
  const choice = await chooseDialect({ file, text }, request.dialect);
  const dialect = await loadDialect(choice.id);
  const { workTree, facts: found, problem } = await readingRepository;
  const facts = { ...found, ...(await toldFacts(path, request)) };
  const projectFolder = workTree ?? dirname(path);
  const isRepository = workTree !== undefined;
  const fetchFile = openFileFetcher({
    projectFolder,
    isRepository,
    remoteUrl: facts.remoteUrl,
    showPath: (full) => shownPath(context.cwd, full),
    isOffline: request.includes.isOffline,
    cacheFolder: join(context.config.stateFolder, "includes"),
    readSettings: () => toIncludeSettings(context.config.configFolder, request.includes),
    env: context.config.env,
  });
  const fileVariables =
    choice.id === "gitlab" ? await readVariableFiles(context.config.configFolder, projectFolder) : [];
  const dialectContext = { ...toDialectContext(context, request, facts), fileVariables };
  const known = new KnownFiles();
  const compile = (left: LeftByJobs = {}): Promise<CompiledPipeline> =>
    compileWithFiles(dialect, { file, text }, { ...dialectContext, ...left }, fetchFile, known);
  const compiled = await compile();
  const ignored = ignoreCommentsOf(file, text, compiled);
  return {
    ...compiled,
    diagnostics: [...compiled.diagnostics, ...ignored.diagnostics],
    ignoreComments: ignored.comments,
    compileAgain: compile,
    dialect: choice.id,
    whyDialect: choice.why,
    file,
    text,
    projectFolder,
    isRepository,
    gitProblem: problem,
    facts,
    changedFiles,
  };
}

/** Facts about the repository that follow from what the person says. */
async function toldFacts(
  path: string,
  { defaultBranch, trigger }: PipelineRequest,
): Promise<Pick<RepositoryFacts, "defaultBranch" | "tagMessage">> {
  const tagMessage = trigger?.tag === undefined ? undefined : await readTagMessage(dirname(path), trigger.tag);
  return withoutUndefined({ defaultBranch, tagMessage });
}

/** Every file of a folder is a workflow of one pipeline (Woodpecker). @source DR-27 */
async function loadFolder(context: CliContext, folder: string, request: PipelineRequest): Promise<LoadedPipeline> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  const loaded: LoadedPipeline[] = [];
  for (const name of names) loaded.push(await loadPipeline(context, { ...request, file: join(folder, name) }));
  const [first] = loaded;
  if (first === undefined) {
    throw new PipelineFileError(`"${shownPath(context.cwd, folder)}" is a folder, expected a pipeline file`, {
      hint: `name the file in it, for example ${join(shownPath(context.cwd, folder), ".gitlab-ci.yml")}`,
    });
  }
  const jobs = loaded.flatMap((one) => one.pipeline?.jobs ?? []);
  return {
    ...first,
    diagnostics: loaded.flatMap((one) => one.diagnostics),
    ignoreComments: loaded.flatMap((one) => one.ignoreComments),
    included: new Map(loaded.slice(1).map(({ file, text }) => [file, { text }] as const)),
    pipeline: first.pipeline === undefined ? undefined : { ...first.pipeline, jobs },
  };
}

/** Each file speaks for itself: what an included one silences is what stands in it. */
function ignoreCommentsOf(file: string, text: string, { included }: CompiledPipeline): IgnoreComments {
  const others = [...(included ?? [])].map(([name, source]) => readIgnoreComments(name, source.text));
  const all = [readIgnoreComments(file, text), ...others];
  return {
    comments: all.flatMap((one) => one.comments),
    diagnostics: all.flatMap((one) => one.diagnostics),
  };
}

function toDialectContext(context: CliContext, request: PipelineRequest, facts: RepositoryFacts): DialectContext {
  return {
    facts,
    variables: request.variables,
    run: {
      pipelineId: request.pipelineId,
      startedAt: new Date(context.clock.now()),
      platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
      version: context.version,
    },
    ...(request.trigger === undefined ? {} : { trigger: request.trigger }),
    ...(request.secrets === undefined ? {} : { secrets: request.secrets }),
    ...(request.deliver === undefined ? {} : { deliver: request.deliver }),
    ...(request.inputs === undefined ? {} : { inputs: request.inputs }),
    ...(request.keepDocument === undefined ? {} : { keepDocument: request.keepDocument }),
    ...(request.jobInputs === undefined ? {} : { jobInputs: request.jobInputs }),
  };
}
