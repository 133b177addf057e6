import { spawn } from "node:child_process";
import { once } from "node:events";
import { MemoryWatch } from "./process-memory.ts";

export interface CommandLine {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Added to ours. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Measurement {
  /** From before the process was made until its end was known. */
  readonly wallMs: number;
  /** See {@link MemoryWatch}. */
  readonly peakBytes: number;
  /** Undefined: a signal ended it. */
  readonly exitCode: number | undefined;
  readonly outputLines: number;
  /** The end of what it printed, both streams. */
  readonly outputTail: string;
}

const tailLength = 4000;

/** Runs a program to its end, reading everything it prints. */
export async function measureProcess({ program, argv, cwd, env }: CommandLine): Promise<Measurement> {
  const startedAt = performance.now();
  const child = spawn(program, argv, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let outputLines = 0;
  let outputTail = "";
  const read = (chunk: string): void => {
    for (let at = chunk.indexOf("\n"); at >= 0; at = chunk.indexOf("\n", at + 1)) outputLines += 1;
    outputTail = (outputTail + chunk).slice(-tailLength);
  };
  child.stdout.setEncoding("utf8").on("data", read);
  child.stderr.setEncoding("utf8").on("data", read);
  const closed = once(child, "close");
  // A program that cannot be started is told by `exit`, which rejects as well.
  closed.catch(() => undefined);
  using memory = new MemoryWatch(child.pid ?? 0);
  const [exitCode] = await once(child, "exit");
  const wallMs = performance.now() - startedAt;
  await closed;
  return {
    wallMs,
    peakBytes: memory.peakBytes,
    exitCode: typeof exitCode === "number" ? exitCode : undefined,
    outputLines,
    outputTail,
  };
}
