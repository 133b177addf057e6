import type { ExecResult, MemorySample } from "../../engine.ts";

/** What a container uses and may use, of both kinds of control groups. */
const PAIRS = [
  ["/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.max"],
  ["/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory/memory.limit_in_bytes"],
] as const;

/** A limit that is none: the kernel's largest number, rounded to pages. */
const UNLIMITED = 2 ** 60;

/** Reads a container's control group from inside. @returns undefined when its image has no `cat`, or it has ended. */
export async function readMemory(
  run: (argv: readonly string[]) => Promise<ExecResult>,
): Promise<MemorySample | undefined> {
  for (const [used, limit] of PAIRS) {
    const result = await run(["cat", used, limit, "/proc/meminfo"]);
    if (result.kind === "not_run") return undefined;
    const sample = parseMemory(result.stdout);
    if (sample !== undefined) return sample;
  }
  return undefined;
}

export function parseMemory(text: string): MemorySample | undefined {
  const [used = "", limit = ""] = text.split("\n");
  if (!/^\d+$/.test(used)) return undefined;
  const total = Number(/^MemTotal:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  const own = /^\d+$/.test(limit) ? Number(limit) : UNLIMITED;
  return { usedBytes: Number(used), limitBytes: own >= UNLIMITED ? total : own };
}
