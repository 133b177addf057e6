import { readdirSync, readFileSync, readlinkSync } from "node:fs";

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
   * The most that was seen in the whole tree at one time, and at least the first process's own peak, which the kernel
   * keeps. Processes of one program share its pages: these count once. 0 where there is no /proc.
   */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const tree = treeOf(this.#pid, readProcFile(this.#pid, "cmdline")).map(readMemory);
    this.#peakBytes = Math.max(this.#peakBytes, sumOf(tree), tree[0]?.ownPeakBytes ?? 0);
  }
}

interface ProcessMemory {
  readonly program: string;
  readonly ownBytes: number;
  /** Pages of files: the program and its libraries. */
  readonly fileBytes: number;
  readonly ownPeakBytes: number;
}

function sumOf(processes: readonly ProcessMemory[]): number {
  const filesOfPrograms = new Map<string, number>();
  let sum = 0;
  for (const { program, ownBytes, fileBytes } of processes) {
    sum += ownBytes;
    filesOfPrograms.set(program, Math.max(fileBytes, filesOfPrograms.get(program) ?? 0));
  }
  return [...filesOfPrograms.values()].reduce((total, bytes) => total + bytes, sum);
}

/** Without copies that have not become another program yet: all they have is still their parent's. */
function treeOf(pid: number, commandLine: string): readonly number[] {
  const below = childrenOf(pid).flatMap((child) => {
    const own = readProcFile(child, "cmdline");
    return own === commandLine ? [] : treeOf(child, own);
  });
  return [pid, ...below];
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

function readMemory(pid: number): ProcessMemory {
  const status = readProcFile(pid, "status");
  const bytes = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return {
    program: readProgram(pid),
    ownBytes: bytes("RssAnon") + bytes("RssShmem"),
    fileBytes: bytes("RssFile"),
    ownPeakBytes: bytes("VmHWM"),
  };
}

function readProgram(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}

/** Empty when the process ended between two looks. */
function readProcFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
