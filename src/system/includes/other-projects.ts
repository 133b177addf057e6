import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { FileBase, FileFailure } from "../../dialects/files.ts";
import { projectFacts } from "../../dialects/gitlab/project-facts.ts";
import { exists, isFolder } from "../path-kind.ts";
import { findVersion } from "./component-version.ts";
import { commitTree, type FileTree, folderTree } from "./file-tree.ts";
import { GitSource, type GitSourceOptions, runGit } from "./git-source.ts";
import { projectAddress } from "./project-address.ts";

export interface OtherProjectsOptions extends GitSourceOptions {
  /** Folders and addresses by `group/name`, or by `host/group/name`. Folders are absolute. */
  readonly projects: ReadonlyMap<string, string>;
  /** Of this repository; checkouts of other projects are looked for beside it. */
  readonly projectFolder: string;
  readonly remoteUrl: string | undefined;
}

export interface ProjectTree {
  readonly tree: FileTree;
  readonly version?: string;
  readonly sha?: string;
}

/** Where other projects' files are found: a configured place, a checkout beside this one, the server. @source GY-51 */
export class OtherProjects {
  readonly #options: OtherProjectsOptions;
  readonly #sources = new Map<string, GitSource>();
  readonly #places = new Map<string, Promise<string>>();
  readonly #trees = new Map<string, FileTree>();

  constructor(options: OtherProjectsOptions) {
    this.#options = options;
  }

  /** The tree that an answer of before stood in. */
  treeOf(base: FileBase): FileTree | undefined {
    return this.#trees.get(JSON.stringify(base));
  }

  async open(server: string, project: string, ref: string | undefined): Promise<ProjectTree | FileFailure> {
    if (!isProjectPath(project)) return { reason: "no-project", detail: "it is not the path of a project" };
    const place = await this.#placeOf(server, project);
    if (await isPlainFolder(place)) return { tree: this.#keep(plainTree(place, server, project)) };
    const source = this.#sourceAt(place);
    const sha = await source.resolve(ref);
    if (typeof sha !== "string") return sha;
    return await this.#openCommit(source, { server, project, sha }, ref ?? sha.slice(0, 8));
  }

  async openComponent(host: string, project: string, version: string): Promise<ProjectTree | FileFailure> {
    if (!isProjectPath(project)) return { reason: "no-project", detail: "it is not the path of a project" };
    const server = `https://${host}`;
    const place = await this.#placeOf(server, project);
    if (await isPlainFolder(place)) return { tree: this.#keep(plainTree(place, server, project)), version };
    const source = this.#sourceAt(place);
    const refs = await source.refs();
    if ("reason" in refs) return refs;
    const found = findVersion(version, refs);
    if (found === undefined) return { reason: "no-ref", detail: `there is no version "${version}"` };
    const opened = await this.#openCommit(source, { server, project, sha: found.sha }, found.version);
    return "reason" in opened ? opened : { ...opened, version: found.version, sha: found.sha };
  }

  async #openCommit(
    source: GitSource,
    commit: { readonly server: string; readonly project: string; readonly sha: string },
    shownRef: string,
  ): Promise<ProjectTree | FileFailure> {
    const gitFolder = await source.commit(commit.sha);
    if (typeof gitFolder !== "string") return gitFolder;
    const nameOf = (path: string): string => `${commit.project}@${shownRef}:${path}`;
    return { tree: this.#keep(commitTree(gitFolder, commit.sha, source, { kind: "commit", ...commit }, nameOf)) };
  }

  #keep(tree: FileTree): FileTree {
    this.#trees.set(JSON.stringify(tree.base), tree);
    return tree;
  }

  #sourceAt(place: string): GitSource {
    const known = this.#sources.get(place) ?? new GitSource(place, this.#options);
    this.#sources.set(place, known);
    return known;
  }

  #placeOf(server: string, project: string): Promise<string> {
    const key = `${server}/${project}`;
    const known = this.#places.get(key) ?? this.#findPlace(server, project);
    this.#places.set(key, known);
    return known;
  }

  async #findPlace(server: string, project: string): Promise<string> {
    const { projects, projectFolder, remoteUrl } = this.#options;
    const host = URL.canParse(server) ? new URL(server).host : server;
    const configured = projects.get(`${host}/${project}`) ?? projects.get(project);
    if (configured !== undefined) return configured;
    const beside = join(dirname(projectFolder), basename(project));
    if (resolve(beside) !== resolve(projectFolder) && (await this.#isCheckoutOf(beside, host, project))) return beside;
    return projectAddress(server, project, remoteUrl);
  }

  async #isCheckoutOf(folder: string, host: string, project: string): Promise<boolean> {
    if (!(await isFolder(folder))) return false;
    const url = await runGit(["-C", folder, "config", "--get", "remote.origin.url"], this.#options);
    if (typeof url !== "string") return false;
    const facts = projectFacts({ folderName: "", remoteUrl: url.trim() });
    return facts.path === project && facts.host === host.replace(/:\d+$/, "");
  }
}

/** A folder that is no repository: its files as they are. */
async function isPlainFolder(place: string): Promise<boolean> {
  if (!isAbsolute(place) || !(await isFolder(place))) return false;
  const isGit = await Promise.all([exists(join(place, ".git")), exists(join(place, "HEAD"))]);
  return !isGit.includes(true);
}

function plainTree(folder: string, server: string, project: string): FileTree {
  const base = { kind: "commit", server, project, sha: "" } as const;
  return folderTree({ folder, isRepository: false }, base, (path) => join(folder, path));
}

/** `group/sub/name`, and nothing that git or a file system would take for something else. */
function isProjectPath(project: string): boolean {
  return project
    .split("/")
    .every((part) => /^[\p{L}\p{N}_][\p{L}\p{N}_.\- ]*$/u.test(part) && part !== "." && part !== "..");
}
