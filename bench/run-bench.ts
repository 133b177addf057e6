import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { rootFolder } from "../scripts/checks/static-checks.ts";
import type { PreparedMachine } from "../scripts/prepare-machine.ts";
import type { Say } from "../scripts/setup-failure.ts";
import { runProcess } from "../src/system/processes.ts";
import type { BenchOptions } from "./bench-options.ts";
import { BenchCluster } from "./contenders/cluster.ts";
import { Floor } from "./contenders/floor.ts";
import { removeFloorLeftovers } from "./contenders/floor-leftovers.ts";
import { peerName, peerVersion, preparePeer } from "./contenders/peer.ts";
import { buildProduct } from "./contenders/product.ts";
import { measureInTurn, RunFailed } from "./measure/measure-row.ts";
import { toTableRow } from "./report/figures.ts";
import { writeResultFile } from "./report/result-file.ts";
import { toMarkdown, toPlainTable } from "./report/table.ts";
import { allRows, type Field } from "./rows/all-rows.ts";
import type { Row, RowResult } from "./rows/row.ts";

/** Measures the rows that were asked for, prints the table and writes the figures. @returns the exit code. */
export async function runBench(machine: PreparedMachine, options: BenchOptions, say: Say): Promise<number> {
  const measuredAt = new Date().toISOString();
  const folder = await mkdtemp(join(tmpdir(), "outrigger-bench-"));
  using cluster = new BenchCluster();
  try {
    const field = { ...(await openField(folder, machine, options, say)), cluster };
    sayHowQuiet(say);
    const results: RowResult[] = [];
    for (const { id, make } of allRows) {
      if (options.only.length > 0 && !options.only.includes(id)) continue;
      results.push(await measureRow(await make(field), options.pairs, say));
    }
    print(results, options.markdown, say);
    const file = options.json ?? join(rootFolder, "bench/results", `${measuredAt.replace(/[:.]/g, "-")}.json`);
    const engine = `${machine.version} (${machine.origin})`;
    const product = await describeCheckout();
    await writeResultFile(file, measuredAt, { engine, product, peer: peerVersion, pairs: options.pairs }, results);
    say(`figures: ${file}`);
    return results.some(({ failure }) => failure !== undefined) ? 1 : 0;
  } finally {
    await removeFloorLeftovers(machine.endpoint);
    await rm(folder, { recursive: true, force: true });
  }
}

async function openField(
  folder: string,
  machine: PreparedMachine,
  options: BenchOptions,
  say: Say,
): Promise<Omit<Field, "cluster">> {
  const { endpoint, dockerHost } = machine;
  await removeFloorLeftovers(endpoint);
  const product = await buildProduct(join(folder, "product"), dockerHost);
  const floor = await Floor.build(join(folder, "floor"), endpoint);
  if (typeof floor === "string") say(`floor: not available: ${floor}`);
  const peer = await preparePeer(folder, machine, say);
  if (typeof peer === "string") say(`${peerName}: not available: ${peer}`);
  return { folder, product, floor, peer, logMegabytes: options.logMegabytes };
}

async function measureRow(row: Row, pairs: number, say: Say): Promise<RowResult> {
  const { id, title, shown, megabytes, jobs, contenders, missing } = row;
  const rounds = Math.min(pairs, row.maxRounds ?? pairs);
  // Where memory is asked for, caches that are cold change nothing.
  const warmUps = shown === "time" || shown === "throughput" ? 1 : 0;
  const [why] = Object.values(missing);
  if (contenders.length === 0) say(`${title}: not available: ${why}`);
  else say(`${title}: ${contenders.map(({ name }) => name).join(", ")}, ${rounds} rounds`);
  const head = {
    id,
    title,
    shown,
    missing,
    ...(megabytes === undefined ? {} : { megabytes }),
    ...(jobs === undefined ? {} : { jobs }),
  };
  try {
    return { ...head, samples: await measureInTurn(contenders, { rounds, warmUps }) };
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    say(`  failed: ${error.message}`);
    return { ...head, samples: [], failure: error.message };
  }
}

/** Figures from a machine that has other work to do are still figures, but whoever reads them has to know. */
function sayHowQuiet(say: Say): void {
  const [load = 0] = loadavg();
  if (load > 0.7) say(`this machine is not quiet (load ${load.toFixed(1)}): ratios will spread`);
}

function print(results: readonly RowResult[], isMarkdown: boolean, say: Say): void {
  const rows = results.map((result) => toTableRow(result, peerName));
  say("");
  say(isMarkdown ? toMarkdown(rows) : toPlainTable(rows));
  say("");
}

async function describeCheckout(): Promise<string> {
  const { stdout, exitCode } = await runProcess("git", ["describe", "--always", "--dirty"], { cwd: rootFolder });
  return exitCode === 0 ? stdout.trim() : "unknown";
}
