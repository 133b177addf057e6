import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { BenchCluster } from "../contenders/cluster.ts";
import type { Floor } from "../contenders/floor.ts";
import { type Peer, peerName } from "../contenders/peer.ts";
import type { Product } from "../contenders/product.ts";
import { makeProject, sourceFiles } from "../contenders/project-folder.ts";
import type { Contender } from "../measure/measure-row.ts";
import { clusterRows } from "./cluster-rows.ts";
import { findEventFileFault, findParallelFault } from "./event-file-faults.ts";
import { generatedDroneFile } from "./generated-drone-file.ts";
import { generatedFiles, generatedPipeline } from "./generated-pipeline.ts";
import { toDroneFile, toPipelineFile } from "./pipeline-file.ts";
import type { Row } from "./row.ts";
import {
  databaseAndCache,
  droneSeed,
  emptyJob,
  floodingService,
  longLog,
  tenEmptyJobs,
  thirtyJobsAtOnce,
  type Work,
} from "./work.ts";

export interface Field {
  readonly folder: string;
  readonly product: Product;
  /** A text says why it is not there. */
  readonly floor: Floor | string;
  readonly peer: Peer | string;
  /** A Kubernetes, for the rows that need one. */
  readonly cluster: BenchCluster;
  /** Length of the long log. */
  readonly logMegabytes: number;
}

export const productName = "outrigger";
export const floorName = "floor";

/** `--jobs` when it is not given. */
const maxParallelJobs = Math.max(4, availableParallelism());
const gitlabOrder = { maxParallelJobs, sourcesFirst: false };
const droneLintLines = 3000;
const peerMaxRounds = 3;
const maskedVariables = 20;

/** Every row of the table, in its order; made when it is measured. */
export const allRows: readonly { readonly id: string; readonly make: (field: Field) => Promise<Row> }[] = [
  { id: "version", make: versionRow },
  { id: "empty", make: async (field) => await runRow(field, "empty", "one empty job", emptyJob) },
  {
    id: "database",
    make: async (field) => await runRow(field, "database", "a job with postgres and redis", databaseAndCache),
  },
  { id: "ten", make: async (field) => await runRow(field, "ten", "ten empty jobs", tenEmptyJobs) },
  { id: "list-500", make: async (field) => await listRow(withoutPeer(field), oneFile("list-500", 500)) },
  { id: "list", make: async (field) => await listRow(field, oneFile("list", 2000)) },
  { id: "list-8000", make: async (field) => await listRow(withoutPeer(field), oneFile("list-8000", 8000)) },
  { id: "list-10000", make: async (field) => await listRow(withoutPeer(field), oneFile("list-10000", 10_000)) },
  { id: "lint", make: async (field) => await lintRow(field, "lint", 2000) },
  { id: "lint-10000", make: async (field) => await lintRow(field, "lint-10000", 10_000) },
  {
    id: "list-matrix",
    make: async (field) =>
      await listRow(field, {
        id: "list-matrix",
        title: "list of 2,000 jobs in 11 files, with matrix",
        files: generatedFiles(2000, 10, 10),
        jobs: 2000,
      }),
  },
  {
    id: "includes",
    make: async (field) =>
      await listRow(field, {
        id: "includes",
        title: "list of 280 jobs in 140 included files",
        files: generatedFiles(280, 140),
        jobs: 280,
      }),
  },
  { id: "drone-lint", make: droneLintRow },
  { id: "drone-seed", make: droneSeedRow },
  { id: "log", make: logRow },
  { id: "flood", make: floodRow },
  { id: "memory", make: memoryRow },
  ...clusterRows,
];

async function versionRow({ folder, product }: Field): Promise<Row> {
  const node: Contender = {
    name: "node -e 0",
    command: { program: process.execPath, argv: ["-e", "0"], cwd: folder, env: {} },
  };
  const ours = { name: productName, command: product.command(["--version"], folder) };
  return { id: "version", title: "outrigger --version", shown: "time", contenders: [ours, node], missing: {} };
}

/** Every contender has a repository of its own: what one leaves there is none of the others' work. */
async function runRow(field: Field, id: string, title: string, work: Work): Promise<Row> {
  const { folder, product, floor, peer } = field;
  const files = workFiles(work);
  const contenders: Contender[] = [
    { name: productName, command: product.command(["run"], await makeProject(join(folder, id, "ours"), files)) },
  ];
  if (typeof floor !== "string") {
    contenders.push({ name: floorName, command: await floor.command(id, work, files, gitlabOrder) });
  }
  if (typeof peer !== "string") {
    contenders.push({ name: peerName, command: peer.command([], await makeProject(join(folder, id, "peer"), files)) });
  }
  return { id, title, shown: "time", contenders, missing: missingOf({ floor, peer }) };
}

/** Against the floor with the same flood: only what is more than that is our own. */
async function floodRow(field: Field): Promise<Row> {
  const { logMegabytes } = field;
  const title = `a job beside a service that prints ${logMegabytes} MB`;
  const row = await runRow({ ...field, peer: "not asked" }, "flood", title, floodingService(logMegabytes));
  return { ...row, missing: missingOf({ floor: field.floor }), maxRounds: 15 };
}

interface ListWork {
  readonly id: string;
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  /** At least so many lines have to be listed. */
  readonly jobs: number;
}

function oneFile(id: string, jobs: number): ListWork {
  const title = `list of ${jobs.toLocaleString("en")} jobs in one file`;
  return { id, title, files: new Map([[".gitlab-ci.yml", generatedPipeline(jobs)]]), jobs };
}

/** The peer takes very long: it gets the middle size only. */
function withoutPeer(field: Field): Field {
  return { ...field, peer: "not asked" };
}

/** The engine has no part in it. */
async function listRow({ folder, product, peer }: Field, { id, title, files, jobs }: ListWork): Promise<Row> {
  const project = await makeProject(join(folder, id), files);
  const findFault: Contender["findFault"] = ({ outputLines }) =>
    outputLines < jobs ? `listed ${outputLines} lines for ${jobs} jobs` : undefined;
  const contenders: Contender[] = [{ name: productName, command: product.command(["list"], project), findFault }];
  if (typeof peer !== "string") {
    const command = peer.command(["--list"], project);
    contenders.push({ name: peerName, command, findFault, maxRounds: peerMaxRounds });
  }
  return { id, title, shown: "time", contenders, missing: peer === "not asked" ? {} : missingOf({ peer }) };
}

/** The same files as the lists; neither the engine nor the peer has a part in it. */
async function lintRow({ folder, product }: Field, id: string, jobs: number): Promise<Row> {
  const project = await makeProject(join(folder, id), new Map([[".gitlab-ci.yml", generatedPipeline(jobs)]]));
  const ours = { name: productName, command: product.command(["lint"], project) };
  const title = `lint of ${jobs.toLocaleString("en")} jobs in one file`;
  return { id, title, shown: "time", contenders: [ours], missing: {} };
}

/** The engine has no part in it. */
async function droneLintRow({ folder, product }: Field): Promise<Row> {
  const project = await makeProject(
    join(folder, "drone-lint"),
    new Map([[".drone.yml", generatedDroneFile(droneLintLines)]]),
  );
  const ours = { name: productName, command: product.command(["lint"], project) };
  const title = `lint of a .drone.yml of ${droneLintLines.toLocaleString("en")} lines, many documents`;
  return { id: "drone-lint", title, shown: "time", contenders: [ours], missing: {} };
}

/** The example of Drone's own document, in the dialect that gives each service an address of its own. */
async function droneSeedRow({ folder, product, floor }: Field): Promise<Row> {
  const files = new Map([...sourceFiles, [".drone.yml", toDroneFile(droneSeed)]]);
  const project = await makeProject(join(folder, "drone-seed/ours"), files);
  const contenders: Contender[] = [
    { name: productName, command: product.command(["run", "--dialect", "drone-0.8"], project) },
  ];
  if (typeof floor !== "string") {
    const order = { maxParallelJobs, sourcesFirst: true };
    contenders.push({ name: floorName, command: await floor.command("drone-seed", droneSeed, files, order) });
  }
  const title = "Drone's example of postgres and redis";
  return { id: "drone-seed", title, shown: "time", contenders, missing: missingOf({ floor }) };
}

/** Through masking and into a file of events; the floor reads the same bytes and drops them. */
async function logRow({ folder, product, floor, logMegabytes }: Field): Promise<Row> {
  const work = longLog(logMegabytes);
  const project = await makeProject(join(folder, "log/ours"), workFiles(work));
  const events = join(folder, "log/events.ndjson");
  const values = Array.from(
    { length: maskedVariables },
    (_, index) => `hidden-${(index + 1) * 7919}-${"x".repeat(index)}`,
  );
  const options = values.flatMap((value, index) => [
    "--variable",
    `SECRET_${index + 1}=${value}`,
    "--mask",
    `SECRET_${index + 1}`,
  ]);
  const contenders: Contender[] = [
    {
      name: productName,
      command: product.command(["run", "--quiet", `--json=${events}`, ...options], project),
      findFault: () => findEventFileFault(events, logMegabytes * 1e6, values[0] ?? ""),
    },
  ];
  if (typeof floor !== "string") {
    contenders.push({ name: floorName, command: await floor.command("log", work, workFiles(work), gitlabOrder) });
  }
  const title = `job log of ${logMegabytes} MB, ${maskedVariables} masked variables`;
  const missing = missingOf({ floor });
  return { id: "log", title, shown: "throughput", megabytes: logMegabytes, contenders, missing, maxRounds: 15 };
}

async function memoryRow({ folder, product }: Field): Promise<Row> {
  const project = await makeProject(join(folder, "memory"), workFiles(thirtyJobsAtOnce));
  const events = join(folder, "memory-events.ndjson");
  const ours: Contender = {
    name: productName,
    command: product.command(["run", "--jobs", "30", `--json=${events}`], project),
    findFault: () => findParallelFault(events, 30),
  };
  const contenders = [ours];
  return { id: "memory", title: "30 jobs at once", shown: "memory", contenders, missing: {}, maxRounds: 1 };
}

function workFiles(work: Work): ReadonlyMap<string, string> {
  return new Map([...sourceFiles, [".gitlab-ci.yml", toPipelineFile(work)]]);
}

function missingOf(wanted: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const names: Readonly<Record<string, string>> = { floor: floorName, peer: peerName };
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]) => (typeof value === "string" ? [[names[key] ?? key, value]] : [])),
  );
}
