import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { PipelineFileError } from "../model/outrigger-error.ts";
import { exists, isFolder } from "../system/path-kind.ts";

/** Names a pipeline file is looked for by, in this order. */
const USUAL_NAMES = [
  ".gitlab-ci.yml",
  ".gitlab-ci.yaml",
  ".drone.yml",
  ".drone.yaml",
  ".woodpecker.yml",
  ".woodpecker.yaml",
  ".woodpecker",
] as const;

/** Read at most this much before saying no; GitLab refuses at 2 MiB. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * @param file as the person wrote it; undefined: look for the usual names in `cwd` and the folders above.
 * @throws PipelineFileError when there is none.
 */
export async function findPipelineFile(cwd: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return isAbsolute(file) ? file : resolve(cwd, file);
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const name of USUAL_NAMES) {
      const path = join(folder, name);
      if (await exists(path)) return path;
    }
    if (dirname(folder) === folder) break;
  }
  throw new PipelineFileError(`no pipeline file here or in a folder above (looked for ${USUAL_NAMES.join(", ")})`, {
    hint: "go to your project's folder, or name the file: outrigger run --file PATH",
  });
}

/** Woodpecker's, and no other: a folder that was named by mistake is told further on. */
export async function isWorkflowFolder(path: string): Promise<boolean> {
  if (!/(?:^|[\\/])\.woodpecker$/.test(path)) return false;
  return await isFolder(path);
}

/**
 * @param file as messages name it.
 * @throws PipelineFileError for what is no text, too large, or may not be read.
 */
export async function readPipelineFile(path: string, file: string): Promise<string> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new PipelineFileError(`cannot read "${file}": ${reasonOf(error)}`, {
      hint: "check its name, after --file or as an argument",
      cause: error,
    });
  });
  if (stats.isDirectory()) {
    throw new PipelineFileError(`"${file}" is a folder, expected a pipeline file`, {
      hint: `name the file in it, for example ${join(file, ".gitlab-ci.yml")}`,
    });
  }
  const bytes = await readStart(path).catch((error: unknown) => {
    throw new PipelineFileError(`cannot read "${file}": ${reasonOf(error)}`, {
      hint: `look at who may read it: ls -l "${file}"`,
      cause: error,
    });
  });
  if (bytes.length > MAX_FILE_BYTES) {
    throw new PipelineFileError(`"${file}" is too large: at most ${MAX_FILE_BYTES} bytes are read`, {
      hint: "GitLab itself refuses more than 2 MiB; split it, or name the right file with --file",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PipelineFileError(`"${file}" is not UTF-8 text`, { hint: "save it as UTF-8", cause: error });
  }
}

/** One byte more than is taken at most: a device says nothing of its size, and may never end. */
async function readStart(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: MAX_FILE_BYTES })) {
    if (chunk instanceof Buffer) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "ELOOP") return "its links lead in a circle";
  return error instanceof Error ? error.message : String(error);
}

/** Relative where that is shorter to read; `../../x` is fine, a path through the root is not. */
export function shownPath(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  return shown.startsWith(join("..", "..", "..")) || shown === "" ? path : shown;
}
