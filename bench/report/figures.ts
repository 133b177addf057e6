import type { Samples } from "../measure/measure-row.ts";
import { pairedRatios, type Spread, spreadOf } from "../measure/statistics.ts";
import type { RowResult } from "../rows/row.ts";

/** A row of the table as texts. */
export interface TableRow {
  readonly title: string;
  readonly ours: string;
  readonly floor: string;
  readonly againstFloor: string;
  readonly peer: string;
  readonly againstPeer: string;
  readonly peak: string;
}

/** One side of a comparison: its figure, and how ours compares with it. */
interface Side {
  readonly figure: string;
  readonly ratio: string;
}

const none = "-";
const mebibyte = 1024 * 1024;

/** `floor` is whatever ours must be measured by: the engine's floor, or a bare Node.js. */
export function toTableRow(result: RowResult, peerName: string): TableRow {
  const [ours, ...others] = result.samples;
  const floor = toSide(
    result,
    ours,
    others.find(({ name }) => name !== peerName),
    "floor",
  );
  const peer = toSide(
    result,
    ours,
    others.find(({ name }) => name === peerName),
    peerName,
  );
  return {
    title: result.title,
    ours: toOwn(result, others[0]),
    floor: floor.figure,
    againstFloor: floor.ratio,
    peer: peer.figure,
    againstPeer: peer.ratio,
    peak: toPeaks(
      ours,
      others.find(({ name }) => name === peerName),
    ),
  };
}

function toOwn(result: RowResult, second: Samples | undefined): string {
  const { samples, missing, failure, shown, jobs = 1 } = result;
  const [ours] = samples;
  if (failure !== undefined) return "failed";
  if (ours === undefined && Object.keys(missing).length > 0) return "not available";
  if (shown !== "memory per job") return toFigure(result, ours);
  const [all, one] = [spreadOf(ours?.peakBytes ?? []), spreadOf(second?.peakBytes ?? [])];
  return all === undefined || one === undefined
    ? none
    : `${((all.median - one.median) / jobs / mebibyte).toFixed(2)} MiB a job`;
}

function toSide(result: RowResult, ours: Samples | undefined, theirs: Samples | undefined, name: string): Side {
  if (theirs === undefined) return { figure: result.missing[name] === undefined ? none : "not available", ratio: none };
  return {
    figure: toFigure(result, theirs),
    ratio:
      result.shown === "memory per job" ? none : toRatio(spreadOf(pairedRatios(ours?.wallMs ?? [], theirs.wallMs))),
  };
}

/** Without a figure there is a dash. Memory is shown in its own column. */
function toFigure({ shown, megabytes }: RowResult, samples: Samples | undefined): string {
  const wall = spreadOf(samples?.wallMs ?? []);
  if (wall === undefined || shown === "memory" || shown === "memory per job") return none;
  if (shown === "throughput") return `${((megabytes ?? 0) / (wall.median / 1000)).toFixed(0)} MB/s`;
  return formatMs(wall.median);
}

function formatMs(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function toRatio(ratio: Spread | undefined): string {
  if (ratio === undefined) return none;
  const { median, min, max, lowerQuartile, upperQuartile } = ratio;
  const range = `${min.toFixed(2)} to ${max.toFixed(2)}`;
  return `${median.toFixed(2)} (${range}; middle half ${lowerQuartile.toFixed(2)} to ${upperQuartile.toFixed(2)})`;
}

function toPeaks(ours: Samples | undefined, peer: Samples | undefined): string {
  const figures = [ours, peer].flatMap((samples) => {
    const peak = spreadOf(samples?.peakBytes ?? []);
    return peak === undefined || peak.max === 0 ? [] : [`${(peak.max / mebibyte).toFixed(0)} MiB`];
  });
  return figures.length === 0 ? none : figures.join(" / ");
}
