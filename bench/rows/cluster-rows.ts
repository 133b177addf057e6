import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BenchCluster, barePod } from "../contenders/cluster.ts";
import type { Product } from "../contenders/product.ts";
import { makeProject, sourceFiles } from "../contenders/project-folder.ts";
import type { CommandLine, Measurement } from "../measure/measure-process.ts";
import type { Contender } from "../measure/measure-row.ts";
import { delaysMs, findLineFault, firstLineMs, mostWaiting, ninetyFifth, parseEvents } from "./cluster-figures.ts";
import { findParallelFault } from "./event-file-faults.ts";
import { toPipelineFile } from "./pipeline-file.ts";
import type { Row } from "./row.ts";
import { countingJobs, emptyJob, smallImage, stampedLines, stampImage, stampingScript, type Work } from "./work.ts";

/** Rows on a real cluster need only this of the field. */
export interface ClusterField {
  readonly folder: string;
  readonly product: Product;
  readonly cluster: BenchCluster;
}

const productName = "outrigger";
const floorName = "floor";
const stampedLineCount = 200;
const parallelJobs = 20;
const linesOfJob = 2_000;
const waitingJobs = 100;
/** The exit code of a job that no node takes. */
const notScheduled = 6;

/** Every row that needs a cluster. */
export const clusterRows: readonly { readonly id: string; readonly make: (field: ClusterField) => Promise<Row> }[] = [
  { id: "kubernetes-start", make: startRow },
  { id: "kubernetes-delay", make: delayRow },
  { id: "kubernetes-twenty", make: twentyRow },
  { id: "kubernetes-waiting", make: waitingRow },
];

/** Both from the moment that a pod could be asked for until a line of its script was there. */
async function startRow(field: ClusterField): Promise<Row> {
  const title = "kubernetes: start of a job to its first line";
  return await clusterRow(field, { id: "kubernetes-start", title, shown: "time" }, async (cluster) => {
    const ours = await cluster.run("job", emptyJob);
    const script = { image: smallImage, shell: "sh", script: "echo first", until: "first line" } as const;
    return [
      { name: productName, command: ours.command, readMs: () => firstLineMs(ours.events()) },
      { name: floorName, command: await cluster.barePod("pod", script), readMs: readFirstLine },
    ];
  });
}

async function delayRow(field: ClusterField): Promise<Row> {
  const title = `kubernetes: delay of a line, 95th of 100, ${stampedLineCount} lines`;
  const head = { id: "kubernetes-delay", title, shown: "time", maxRounds: 3 } as const;
  return await clusterRow(field, head, async (cluster) => {
    const ours = await cluster.run("job", stampedLines(stampedLineCount));
    const script = `${stampingScript(stampedLineCount)}; echo end`;
    const order = { image: stampImage, shell: "bash", script, until: "end" } as const;
    return [
      {
        name: productName,
        command: ours.command,
        readMs: () => ninetyFifth(delaysMs(ours.events())),
        findFault: () => findCountFault(delaysMs(ours.events()).length),
      },
      {
        name: floorName,
        command: await cluster.barePod("pod", order),
        readMs: (run) => ninetyFifth(readDelays(run)),
        findFault: (run) => findCountFault(readDelays(run).length),
      },
    ];
  });
}

async function twentyRow(field: ClusterField): Promise<Row> {
  const title = `kubernetes: ${parallelJobs} jobs at once, ${2 * linesOfJob} lines each`;
  const head = { id: "kubernetes-twenty", title, shown: "time", maxRounds: 1 } as const;
  return await clusterRow(field, head, async (cluster) => {
    const work = countingJobs(parallelJobs, linesOfJob);
    const names = work.jobs.map(({ name }) => name);
    const ours = await cluster.run("jobs", work, "--jobs", String(parallelJobs));
    const findFault = (): string | undefined =>
      findLineFault(ours.events(), names, linesOfJob) ?? findParallelFault(ours.eventFile, parallelJobs);
    return [{ name: productName, command: ours.command, findFault }];
  });
}

/** Pods that no node takes: the cluster has them all, and every job waits for its own. */
async function waitingRow(field: ClusterField): Promise<Row> {
  const title = `kubernetes: memory of each of ${waitingJobs} jobs that wait for a node`;
  const head = { id: "kubernetes-waiting", title, shown: "memory per job", jobs: waitingJobs, maxRounds: 1 } as const;
  return await clusterRow(field, head, async (cluster) => {
    const config = join(cluster.folder, "config.toml");
    await writeFile(config, nowhereSettings);
    const contender = async (name: string, jobs: number): Promise<Contender> => {
      const options = ["--config", config, "--jobs", String(jobs)];
      const ours = await cluster.run(`${jobs}-jobs`, countingJobs(jobs, 1), ...options);
      const findFault = (): string | undefined => {
        const most = mostWaiting(ours.events());
        return most < jobs ? `only ${most} of ${jobs} jobs waited at the same time` : undefined;
      };
      return { name, command: ours.command, exitCode: notScheduled, findFault };
    };
    return [await contender(productName, waitingJobs + 1), await contender("one job", 1)];
  });
}

const nowhereSettings = `[[runners]]
  executor = "kubernetes"
  [runners.kubernetes]
    poll_timeout = 15
    cleanup_grace_period_seconds = 0
    [runners.kubernetes.node_selector]
      "outrigger.dev/bench" = "nowhere"
`;

/** The cluster and a folder of the row's own. */
class RowCluster {
  readonly folder: string;
  readonly #kubeconfig: string;
  readonly #product: Product;

  constructor(folder: string, kubeconfig: string, product: Product) {
    this.folder = folder;
    this.#kubeconfig = kubeconfig;
    this.#product = product;
  }

  async run(
    id: string,
    work: Work,
    ...options: readonly string[]
  ): Promise<{ command: CommandLine; eventFile: string; events: () => ReturnType<typeof parseEvents> }> {
    const files = new Map([...sourceFiles, [".gitlab-ci.yml", toPipelineFile(work)]]);
    const project = await makeProject(join(this.folder, id), files);
    const eventFile = join(this.folder, `${id}.ndjson`);
    const argv = ["run", "--quiet", "--engine", "kubernetes", `--json=${eventFile}`, ...options];
    const command = this.#product.command(argv, project);
    return {
      command: { ...command, env: { ...command.env, KUBECONFIG: this.#kubeconfig } },
      eventFile,
      events: () => parseEvents(readFileSync(eventFile, "utf8")),
    };
  }

  async barePod(id: string, order: Parameters<typeof barePod>[2]): Promise<CommandLine> {
    return await barePod(this.#kubeconfig, join(this.folder, id, "order.json"), order);
  }
}

async function clusterRow(
  { folder, product, cluster }: ClusterField,
  head: Omit<Row, "contenders" | "missing">,
  contend: (cluster: RowCluster) => Promise<readonly Contender[]>,
): Promise<Row> {
  const found = await cluster.kubeconfig();
  if (typeof found === "string") return { ...head, contenders: [], missing: { [productName]: found } };
  const own = join(folder, head.id);
  await mkdir(own, { recursive: true });
  const contenders = await contend(new RowCluster(own, found.path, product));
  return { ...head, contenders, missing: {} };
}

function findCountFault(lines: number): string | undefined {
  return lines === stampedLineCount ? undefined : `${lines} of ${stampedLineCount} lines came`;
}

function readFirstLine({ outputTail }: Measurement): number {
  return Number(/^ms (\S+)$/m.exec(outputTail)?.[1] ?? Number.NaN);
}

function readDelays({ outputTail }: Measurement): readonly number[] {
  return [...outputTail.matchAll(/^delay (\S+)$/gm)].map(([, ms]) => Number(ms));
}
