import { join } from "node:path";
import type { FileAnswer, FileFailure, FileRequest } from "../../dialects/files.ts";
import { assertNever } from "../../text/assert-never.ts";
import { findExisting, findLocalFiles, readLocalFile } from "./local-files.ts";

export interface FileFetcherOptions {
  /** Top of the work tree, or the pipeline file's folder outside of git. */
  readonly projectFolder: string;
  readonly isRepository: boolean;
  /** How messages name a file of the work tree. */
  readonly showPath: (full: string) => string;
}

/** Answers what a pipeline file asks for. What cannot be had is an answer too; nothing is thrown. */
export function openFileFetcher(options: FileFetcherOptions): (request: FileRequest) => Promise<FileAnswer> {
  const tree = { folder: options.projectFolder, isRepository: options.isRepository };
  return async (request) => {
    switch (request.kind) {
      case "local": {
        if (request.base.kind !== "work-tree") return failed({ reason: "no-file" });
        const text = await readLocalFile(tree, request.path);
        if (typeof text !== "string") return failed(text);
        const file = options.showPath(join(tree.folder, request.path));
        return { kind: "text", found: { file, text, base: request.base } };
      }
      case "pattern":
        return await findLocalFiles(tree, request.pattern);
      case "exists":
        return await findExisting(tree, request.patterns);
      case "project":
      case "remote":
      case "template":
      case "component":
        return failed({ reason: "no-source" });
      default:
        return assertNever(request);
    }
  };
}

function failed(failure: FileFailure): FileAnswer {
  return { kind: "failed", failure };
}
