import { posix } from "node:path";
import type { WorkspacePlan } from "../../../model/job-plan.ts";
import { abortable } from "../../abortable.ts";
import type { SourceArchive } from "../../engine.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { hasEntries, openWorkspace, openWorkspaceWithSources, writeSources } from "./workspace.ts";

/** The volume that all containers of a job share, and the archives that go in and out of it through any of them. */
export class JobWorkspace {
  /** A service or a step may have put something into it. */
  mayHaveFiles = false;
  readonly #api: DockerApi;
  readonly #plan: WorkspacePlan;
  readonly #track: <T>(work: Promise<T>) => Promise<T>;
  /** Its folders are made once, whoever comes first. */
  #opening: Promise<void> | undefined;

  /** @param track told of what an engine finishes even when nobody waits any more. */
  constructor(api: DockerApi, plan: WorkspacePlan, track: <T>(work: Promise<T>) => Promise<T>) {
    this.#api = api;
    this.#plan = plan;
    this.#track = track;
  }

  /** Makes its folders, writable for everybody, unless they are there. */
  async open(container: string, signal: AbortSignal): Promise<void> {
    this.#opening ??= this.#track(openWorkspace(this.#api, container, this.#plan));
    await abortable(this.#opening, signal);
  }

  /** @param clean empties a folder; called when something may be in the way. */
  async putSources(
    container: string,
    sources: SourceArchive,
    signal: AbortSignal,
    clean: (folder: string) => Promise<void>,
  ): Promise<void> {
    if (this.#opening === undefined) {
      this.#opening = openWorkspaceWithSources(this.#api, container, this.#plan, sources, signal);
      await this.#opening;
      return;
    }
    const folder = this.#plan.sourcePath;
    if (this.mayHaveFiles && (await hasEntries(this.#api, container, folder, signal))) await clean(folder);
    await writeSources(this.#api, container, folder, sources, signal);
  }

  async addFiles(container: string, files: SourceArchive, signal: AbortSignal): Promise<void> {
    await this.open(container, signal);
    await writeSources(this.#api, container, this.#plan.sourcePath, files, signal);
  }

  /** @param folder below the volume's own. */
  async addFilesBeside(container: string, folder: string, files: SourceArchive, signal: AbortSignal): Promise<void> {
    await this.open(container, signal);
    const { mountPath } = this.#plan;
    const archive = files.open(posix.relative(mountPath, folder));
    await this.#api.containers.writeArchive(container, mountPath, archive, signal);
  }

  /** @param path relative to the sources. */
  async readPath(container: string, path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const full = posix.join(this.#plan.sourcePath, path).replace(/\/$/, "");
    return await this.#api.containers.readArchive(container, full, signal);
  }
}
