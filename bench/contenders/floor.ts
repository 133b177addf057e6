import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { SHELL_PROBE_ARGV } from "../../src/engines/shell-probe.ts";
import { packTar, type TarEntry } from "../../src/system/tar.ts";
import type { FloorEngine, FloorJob, FloorOrder } from "../floor/floor-order.ts";
import type { CommandLine } from "../measure/measure-process.ts";
import type { Work, WorkJob } from "../rows/work.ts";
import { compile } from "./product.ts";

const mountPath = "/builds";
const projectFolder = "group/project";
/** Names of the floor's objects on the engine begin so. */
export const floorPrefix = "outrigger-floor";

/** Makes the floor's command lines. */
export class Floor {
  readonly #folder: string;
  readonly #engine: FloorEngine;

  private constructor(folder: string, engine: FloorEngine) {
    this.#folder = folder;
    this.#engine = engine;
  }

  /** @returns why there is none, for an engine that `node:http` alone cannot speak to. */
  static async build(folder: string, endpoint: EngineEndpoint): Promise<Floor | string> {
    if (endpoint.kind === "tcp" && endpoint.tls !== undefined) return "the engine wants TLS";
    await compile("bench/floor/tsconfig.json", join(folder, "program"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
    const { kind: _, ...engine } = endpoint;
    return new Floor(folder, engine);
  }

  /** The same work by engine calls only, with sources as given. */
  async command(
    id: string,
    work: Work,
    files: ReadonlyMap<string, string>,
    { maxParallelJobs, sourcesFirst }: Pick<FloorOrder, "maxParallelJobs"> & Pick<FloorJob, "sourcesFirst">,
  ): Promise<CommandLine> {
    const archives = await this.#writeArchives(join(this.#folder, id), files);
    const order: FloorOrder = {
      engine: this.#engine,
      namePrefix: `${floorPrefix}-${process.pid}-${id}`,
      jobs: work.jobs.map((job) => ({ ...toFloorJob(job), sourcesFirst, ...archives })),
      maxParallelJobs,
    };
    const file = join(this.#folder, id, "order.json");
    await writeFile(file, JSON.stringify(order));
    return {
      program: process.execPath,
      argv: [join(this.#folder, "program/main.js"), file],
      cwd: this.#folder,
      env: {},
    };
  }

  /** What the product makes of a work tree while it runs is made beforehand: it is no call to the engine. */
  async #writeArchives(
    folder: string,
    files: ReadonlyMap<string, string>,
  ): Promise<Pick<FloorJob, "foldersTar" | "sourcesTar" | "workspaceTar">> {
    const folders = ["./", ...parentsOf(`${projectFolder}/x`)].map(toDirectory);
    const tars = {
      foldersTar: folders,
      sourcesTar: toEntries(files, ""),
      workspaceTar: [...folders, ...toEntries(files, `${projectFolder}/`)],
    };
    await mkdir(folder, { recursive: true });
    const path = (name: string): string => join(folder, `${name}.tar`);
    for (const [name, entries] of Object.entries(tars)) await pipeline(packTar(entries), createWriteStream(path(name)));
    return { foldersTar: path("foldersTar"), sourcesTar: path("sourcesTar"), workspaceTar: path("workspaceTar") };
  }
}

function toFloorJob({
  image,
  entrypoint,
  variables,
  services,
  script,
}: WorkJob): Omit<FloorJob, "sourcesFirst" | "foldersTar" | "sourcesTar" | "workspaceTar"> {
  return {
    image,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    env: toEnv(variables),
    script: `set -e\n${script.join("\n")}\n`,
    command: SHELL_PROBE_ARGV,
    services: services.map((service) => ({ ...service, env: toEnv(service.variables ?? variables) })),
    mountPath,
    sourcePath: `${mountPath}/${projectFolder}`,
  };
}

function toEnv(variables: WorkJob["variables"]): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function toEntries(files: ReadonlyMap<string, string>, prefix: string): readonly TarEntry[] {
  const directories = new Set([...files.keys()].flatMap(parentsOf));
  return [
    ...[...directories].map((path) => toDirectory(prefix + path)),
    ...[...files].map(([path, text]): TarEntry => {
      const content = Buffer.from(text);
      return { type: "file", path: prefix + path, mode: 0o644, modifiedAtMs: 0, sizeBytes: content.length, content };
    }),
  ];
}

/** `a/b/c` has `a/` and `a/b/`. */
function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === "." ? [] : [...parentsOf(parent), `${parent}/`];
}

function toDirectory(path: string): TarEntry {
  return { type: "directory", path, mode: 0o777, modifiedAtMs: 0 };
}
