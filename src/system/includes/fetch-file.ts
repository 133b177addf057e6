import { join } from "node:path";
import type { FileAnswer, FileBase, FileFailure, FileRequest } from "../../dialects/files.ts";
import { assertNever } from "../../text/assert-never.ts";
import { findChangedFiles } from "../changed-files.ts";
import type { FarFiles } from "./far-files.ts";
import type { FileFetcherOptions } from "./file-fetcher-options.ts";
import { type FileTree, findExisting, findIn, folderTree, readFrom } from "./file-tree.ts";

const WORK_TREE: FileBase = { kind: "work-tree" };

/** Answers what a pipeline file asks for. What cannot be had is an answer too; nothing is thrown. */
export function openFileFetcher(options: FileFetcherOptions): (request: FileRequest) => Promise<FileAnswer> {
  const { projectFolder, isRepository, showPath } = options;
  const own = folderTree({ folder: projectFolder, isRepository }, WORK_TREE, (path) =>
    showPath(join(projectFolder, path)),
  );
  let far: Promise<FarFiles> | undefined;
  const openFar = (): Promise<FarFiles> => {
    far ??= loadFarFiles(options);
    return far;
  };
  const treeAt = async (base: FileBase): Promise<FileTree | undefined> =>
    base.kind === "work-tree" ? own : (await openFar()).projects.treeOf(base);
  return async (request) => {
    switch (request.kind) {
      case "local":
        return await inTree(treeAt(request.base), (tree) => readFrom(tree, request.path));
      case "pattern":
        return await inTree(treeAt(request.base), (tree) => findIn(tree, request.pattern));
      case "exists":
        return await inTree(treeAt(request.base), (tree) => findExisting(tree, request.patterns));
      case "exists-elsewhere":
        return await (await openFar()).exists(request);
      case "made":
        // Whoever starts a pipeline of such files has them at hand.
        return { kind: "failed", failure: { reason: "no-file" } };
      case "changes":
        return await findChangedFiles(projectFolder, request.since);
      case "project":
        return await (await openFar()).project(request);
      case "remote":
        return await (await openFar()).remote(request);
      case "template":
        return await (await openFar()).template(request);
      case "component":
        return await (await openFar()).component(request);
      default:
        return assertNever(request);
    }
  };
}

/** Most pipeline files take in nothing from elsewhere: what could is loaded when it is needed. */
async function loadFarFiles(options: FileFetcherOptions): Promise<FarFiles> {
  const { FarFiles: Opened } = await import("./far-files.ts");
  return new Opened(options, await options.readSettings());
}

async function inTree(
  tree: Promise<FileTree | undefined>,
  use: (tree: FileTree) => Promise<FileAnswer>,
): Promise<FileAnswer> {
  const found = await tree;
  const failure: FileFailure = { reason: "no-file" };
  return found === undefined ? { kind: "failed", failure } : await use(found);
}
