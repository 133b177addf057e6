import { type CommandLine, type Measurement, measureProcess } from "./measure-process.ts";

/** One of those that do the same work. */
export interface Contender {
  readonly name: string;
  readonly command: CommandLine;
  /** Fewer rounds than asked for, where one takes very long. */
  readonly maxRounds?: number;
  /** What counts instead of the whole time of the process, in milliseconds. */
  readonly readMs?: (measurement: Measurement) => number;
  /** What it ends with when it has done its work; 0 when left out. */
  readonly exitCode?: number;
  /** Says what is wrong with a run although it ended as it should; undefined when nothing is. */
  readonly findFault?: (measurement: Measurement) => string | undefined;
}

export interface Samples {
  readonly name: string;
  /** Of the process, or what is read of it instead. */
  readonly wallMs: readonly number[];
  readonly peakBytes: readonly number[];
}

export interface Rounds {
  readonly rounds: number;
  readonly warmUps: number;
}

/** A run that did not do its work; its figures would mean nothing. */
export class RunFailed extends Error {}

/**
 * Runs the contenders in turn, A B C A B C, so that whatever slows the machine down for a while meets all of them. The
 * rounds that warm up come first and count for nothing: they fill caches.
 *
 * @throws RunFailed at the first run that fails.
 */
export async function measureInTurn(
  contenders: readonly Contender[],
  { rounds, warmUps }: Rounds,
): Promise<readonly Samples[]> {
  const samples = contenders.map(({ name }) => ({ name, wallMs: [] as number[], peakBytes: [] as number[] }));
  for (let round = 1 - warmUps; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      if (round > (contender.maxRounds ?? rounds)) continue;
      const measurement = await runOnce(contender);
      if (round < 1) continue;
      samples[index]?.wallMs.push(contender.readMs?.(measurement) ?? measurement.wallMs);
      samples[index]?.peakBytes.push(measurement.peakBytes);
    }
  }
  return samples;
}

async function runOnce({ name, command, findFault, exitCode: expected = 0 }: Contender): Promise<Measurement> {
  const measurement = await measureProcess(command);
  const { exitCode, outputTail } = measurement;
  const fault = exitCode === expected ? findFault?.(measurement) : `ended with ${exitCode ?? "a signal"}`;
  if (fault === undefined) return measurement;
  const lastLines = outputTail.trimEnd().split("\n").slice(-15).join("\n");
  throw new RunFailed(`${name}: ${fault}\n${lastLines}`);
}
