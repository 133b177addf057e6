import { type ChildProcess, spawn } from "node:child_process";

export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment of the process; the parent's when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Given to standard input, which is then closed; without it standard input is empty. */
  readonly input?: string | Uint8Array;
  /** Ends the process and everything it started: TERM, then KILL after `killAfterMs`. */
  readonly signal?: AbortSignal;
  readonly killAfterMs?: number;
  /** Each stream is cut there, keeping its end; 16 MiB when left out. */
  readonly outputLimitBytes?: number;
}

export interface ProcessResult {
  /** Undefined: a signal ended it. */
  readonly exitCode: number | undefined;
  readonly endedBy: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell, in a process group of its own, and gives its output.
 *
 * An exit code that is not 0 is a result, not an error.
 * @throws the system's error when the program cannot be started (`ENOENT`, `EACCES`), the signal's reason when aborted;
 *   in both cases nothing of it runs any more.
 */
export async function runProcess(
  program: string,
  argv: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const { signal, input } = options;
  signal?.throwIfAborted();
  const child = spawn(program, argv, {
    detached: process.platform !== "win32",
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const limit = options.outputLimitBytes ?? 16 * 1024 * 1024;
  const stdout = collect(child.stdout, limit);
  const stderr = collect(child.stderr, limit);
  // A program that ends without reading its input is not a failure of ours.
  child.stdin?.on("error", () => undefined).end(input);
  const stop = (): void => stopGroup(child, options.killAfterMs ?? 2000);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const [exitCode, endedBy] = await untilClosed(child);
    signal?.throwIfAborted();
    return { exitCode, endedBy, stdout: stdout(), stderr: stderr() };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Sends a signal to a process and everything in its group. @returns false when it is gone already. */
export function signalGroup(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, name);
    return true;
  } catch {
    return false;
  }
}

function untilClosed(child: ChildProcess): Promise<[number | undefined, NodeJS.Signals | undefined]> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, name) => resolve([code ?? undefined, name ?? undefined]));
  });
}

function stopGroup(child: ChildProcess, killAfterMs: number): void {
  const { pid } = child;
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), killAfterMs);
  child.once("close", () => clearTimeout(timer));
}

/** Keeps the last `limit` bytes of a stream; the result is read once the stream has ended. */
function collect(stream: NodeJS.ReadableStream | null, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    while (chunks[0] !== undefined && size - chunks[0].length >= limit) size -= chunks.shift()?.length ?? 0;
  });
  return () => {
    const all = Buffer.concat(chunks);
    return all.subarray(Math.max(0, all.length - limit)).toString("utf8");
  };
}
