import { mkdir, writeFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { dirname } from "node:path";
import { pairedRatios, spreadOf } from "../measure/statistics.ts";
import type { RowResult } from "../rows/row.ts";

/** What was measured on, so that nobody compares two machines by mistake. */
export interface Surroundings {
  readonly engine: string;
  readonly product: string;
  readonly peer: string;
  readonly pairs: number;
}

/** Writes every single figure; later runs are compared by this file. */
export async function writeResultFile(
  file: string,
  measuredAt: string,
  surroundings: Surroundings,
  rows: readonly RowResult[],
): Promise<void> {
  const machine = {
    platform: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    processor: cpus()[0]?.model ?? "unknown",
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    loadAfterwards: loadavg(),
  };
  const document = { version: 1, measuredAt, ...surroundings, machine, rows: rows.map(withSummary) };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(document, undefined, 2)}\n`);
}

function withSummary(row: RowResult): object {
  const [ours, ...others] = row.samples;
  const ratios = others.map(({ name, wallMs }) => ({
    to: name,
    ...spreadOf(pairedRatios(ours?.wallMs ?? [], wallMs)),
  }));
  const wallMs = row.samples.map((samples) => ({ name: samples.name, ...spreadOf(samples.wallMs) }));
  return { ...row, summary: { wallMs, ratios } };
}
