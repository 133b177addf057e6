import type { YamlFile } from "../yaml/read-yaml.ts";
import type { CompiledPipeline, Dialect, DialectContext, PipelineSource } from "./dialect.ts";
import type { FileAnswer, FileRequest, Files } from "./files.ts";

/** Answers so far, and what else was asked for. */
export class KnownFiles implements Files {
  readonly trees = new WeakMap<object, YamlFile>();
  readonly #answers = new Map<string, FileAnswer>();
  readonly #wanted = new Map<string, FileRequest>();

  find(request: FileRequest): FileAnswer | undefined {
    const key = JSON.stringify(request);
    const answer = this.#answers.get(key);
    if (answer === undefined) this.#wanted.set(key, request);
    return answer;
  }

  /** What was asked for since the last time, in the order it was. */
  takeWanted(): readonly FileRequest[] {
    const wanted = [...this.#wanted.values()];
    this.#wanted.clear();
    return wanted;
  }

  add(request: FileRequest, answer: FileAnswer): void {
    this.#answers.set(JSON.stringify(request), answer);
  }
}

/**
 * Compiles until every file is there; all that one round asks for is fetched at a time.
 *
 * @param files of an earlier compilation: what it fetched is as it was then.
 */
export async function compileWithFiles(
  dialect: Dialect,
  source: PipelineSource,
  context: DialectContext,
  fetchFile: (request: FileRequest) => Promise<FileAnswer>,
  files: KnownFiles = new KnownFiles(),
): Promise<CompiledPipeline> {
  for (;;) {
    const compiled = dialect.compile(source, { ...context, files });
    const wanted = files.takeWanted();
    if (wanted.length === 0) return compiled;
    await Promise.all(wanted.map(async (request) => files.add(request, await fetchFile(request))));
  }
}
