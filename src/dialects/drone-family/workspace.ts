import { posix } from "node:path";
import type { Workspace } from "../../model/pipeline.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { RepositoryName } from "./repository-name.ts";
import { textOf, valueAt } from "./values.ts";

/** `src/<host>/<owner>/<name>`, where every dialect but Drone 1 puts the sources. */
export function sourceFolder(repository: RepositoryName): string {
  return posix.join("src", repository.host, repository.fullName);
}

/** `workspace: {base, path}` over the dialect's own. @source DR-259 to DR-261 */
export function readWorkspace(node: YamlNode | undefined, base: string, path: string): Workspace {
  const mountPath = posix.resolve("/", textOf(valueAt(node, "base")) ?? base);
  const sourcePath = posix.join(mountPath, textOf(valueAt(node, "path")) ?? path).replace(/(.)\/+$/, "$1");
  return { mountPath, sourcePath, sourcesBeforeServices: true };
}

/** @param path the clone's own below `src`, up to 0.4; undefined: by the repository's name. */
export function workspaceAt(path: string | undefined, base: string, repository: RepositoryName): Workspace {
  return readWorkspace(undefined, base, path === undefined ? sourceFolder(repository) : `src/${path}`);
}

const SYSTEM_FOLDERS =
  /^\/(?:|(?:etc|var|proc|sys|dev|bin|mnt|mount|media|usr\/bin|usr\/local\/bin|usr\/local\/sbin)(?:\/.*)?)$/;

/** The workspace would hide what the image needs to run. @source DR-205 */
export function coversSystem(workspace: Workspace): boolean {
  return SYSTEM_FOLDERS.test(workspace.mountPath.toLowerCase());
}
