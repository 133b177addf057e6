import { readdirSync, readFileSync } from "node:fs";

const intervalMs = 25;

/** Watches how much memory a process and everything it started have at a time. */
export class MemoryWatch implements Disposable {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peakBytes = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), intervalMs);
    this.#look();
  }

  /**
   * The largest sum of resident memory that was seen in the whole tree, and at least the first process's own peak, which
   * the kernel keeps. Pages that processes share count for each of them. 0 where there is no /proc.
   */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const all = treeOf(this.#pid, readCommandLine(this.#pid)).map(readMemory);
    const sum = all.reduce((total, { residentBytes }) => total + residentBytes, 0);
    this.#peakBytes = Math.max(this.#peakBytes, sum, all[0]?.ownPeakBytes ?? 0);
  }
}

/** Without copies that have not become another program yet: all they have is still their parent's. */
function treeOf(pid: number, commandLine: string): readonly number[] {
  const below = childrenOf(pid).flatMap((child) => {
    const own = readCommandLine(child);
    return own === commandLine ? [] : treeOf(child, own);
  });
  return [pid, ...below];
}

function readCommandLine(pid: number): string {
  return readProcFile(pid, "cmdline");
}

/** Each thread has its own list of children. A process that is gone has none. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function readMemory(pid: number): { readonly residentBytes: number; readonly ownPeakBytes: number } {
  const status = readProcFile(pid, "status");
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return { residentBytes: kibibytes("VmRSS") * 1024, ownPeakBytes: kibibytes("VmHWM") * 1024 };
}

/** Empty when the process ended between two looks. */
function readProcFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
