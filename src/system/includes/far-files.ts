import { join } from "node:path";
import type { FileAnswer, FileBase, FileFailure, FileRequest } from "../../dialects/files.ts";
import { projectFacts } from "../../dialects/gitlab/project-facts.ts";
import type { FileFetcherOptions } from "./file-fetcher-options.ts";
import { findExisting, readFrom } from "./file-tree.ts";
import type { IncludeSettings } from "./include-settings.ts";
import { readLocalFile } from "./local-files.ts";
import { OtherProjects, type ProjectTree } from "./other-projects.ts";
import { readRemoteFile } from "./remote-files.ts";

type RequestOf<Kind extends FileRequest["kind"]> = Extract<FileRequest, { kind: Kind }>;

const REMOTE_TIMEOUT_MS = 15_000;
/** Of all remote files together, those that remote files include too. @source GY-60 */
const ALL_REMOTE_TIMEOUT_MS = 30_000;
/** A large project over a slow line. */
const GIT_TIMEOUT_MS = 120_000;

/** Files that are not in this work tree: by `git`, and by HTTP. */
export class FarFiles {
  readonly projects: OtherProjects;
  readonly #options: FileFetcherOptions;

  readonly #settings: IncludeSettings;
  #deadline: AbortSignal | undefined;

  constructor(options: FileFetcherOptions, settings: IncludeSettings) {
    this.#options = options;
    this.#settings = settings;
    this.projects = new OtherProjects({ ...options, projects: settings.projects, timeoutMs: GIT_TIMEOUT_MS });
  }

  async project({ server, project, ref, path }: RequestOf<"project">): Promise<FileAnswer> {
    const opened = await this.projects.open(server, project, ref);
    return "reason" in opened ? failed(this.#withMapping(opened, project)) : await readFrom(opened.tree, path);
  }

  /** @source GY-166 */
  async exists({ server, project, ref, patterns }: RequestOf<"exists-elsewhere">): Promise<FileAnswer> {
    const opened = await this.projects.open(server, project, ref);
    return "reason" in opened ? failed(this.#withMapping(opened, project)) : await findExisting(opened.tree, patterns);
  }

  /** @source GY-54 */
  async component({ host, project, name, version }: RequestOf<"component">): Promise<FileAnswer> {
    const opened = await this.projects.openComponent(host, project, version);
    if ("reason" in opened) return failed(this.#withMapping(opened, `${host}/${project}`));
    const extra = extraOf(opened);
    const file = await readFrom(opened.tree, `templates/${name}.yml`, extra);
    return file.kind === "text" ? file : await readFrom(opened.tree, `templates/${name}/template.yml`, extra);
  }

  async remote({ url, shown, integrity }: RequestOf<"remote">): Promise<FileAnswer> {
    const text = await this.#get(url, integrity);
    const file = shown === url ? url : shown;
    return typeof text === "string" ? found(file, text) : failed(text);
  }

  /** @source GY-53 */
  async template({ name }: RequestOf<"template">): Promise<FileAnswer> {
    const { templates } = this.#settings;
    if (templates === undefined) {
      return failed({
        reason: "no-source",
        hint: "GitLab's templates are not shipped here: --templates FOLDER or --templates https://... says where they are",
      });
    }
    const isAddress = /^https?:\/\//i.test(templates);
    const path = name.split("/").map(encodeURIComponent).join("/");
    const text = isAddress
      ? await this.#get(`${templates.replace(/\/+$/, "")}/${path}`, undefined)
      : await readLocalFile({ folder: templates, isRepository: false }, name);
    if (typeof text !== "string") return failed(text);
    return found(isAddress ? `template ${name}` : join(templates, name), text, { kind: "nowhere" });
  }

  async #get(url: string, integrity: string | undefined): Promise<string | FileFailure> {
    const { remoteUrl } = this.#options;
    this.#deadline ??= AbortSignal.timeout(ALL_REMOTE_TIMEOUT_MS);
    // The person works with this server already.
    const ownHost = remoteUrl === undefined ? undefined : projectFacts({ folderName: "", remoteUrl }).host;
    return await readRemoteFile(url, integrity, {
      ...this.#options,
      mayBePrivate: (host) => this.#settings.allowPrivate || host.replace(/:\d+$/, "") === ownHost,
      timeoutMs: REMOTE_TIMEOUT_MS,
      deadline: this.#deadline,
    });
  }

  #withMapping(failure: FileFailure, project: string): FileFailure {
    if (failure.reason !== "no-project" || failure.hint !== undefined) return failure;
    return { ...failure, hint: `say where it is: --include-project ${project}=FOLDER or an address for git` };
  }
}

function extraOf({ version, sha }: ProjectTree): { version?: string; sha?: string } {
  return { ...(version === undefined ? {} : { version }), ...(sha === undefined ? {} : { sha }) };
}

function found(file: string, text: string, base?: FileBase): FileAnswer {
  return { kind: "text", found: { file, text, ...(base === undefined ? {} : { base }) } };
}

function failed(failure: FileFailure): FileAnswer {
  return { kind: "failed", failure };
}
