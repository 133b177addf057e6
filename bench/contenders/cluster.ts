import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { findCluster } from "../../src/engines/kubernetes/api/connection.ts";
import { systemClock } from "../../src/system/clock.ts";
import { findClusterSource, type OpenCluster, openCluster } from "../../tests/kubernetes/real-cluster.ts";
import type { PodOrder } from "../cluster/pod-order.ts";
import type { CommandLine } from "../measure/measure-process.ts";

const podProgram = join(import.meta.dirname, "../cluster/bare-pod.ts");
/** Names of the floor's pods begin so. */
const podPrefix = "outrigger-floor";

/** A real cluster, had when the first row asks for it. */
export class BenchCluster implements Disposable {
  #open: OpenCluster | undefined;

  /** @returns why there is none, in one line. */
  async kubeconfig(): Promise<{ readonly path: string } | string> {
    const source = await findClusterSource();
    if (source.kind === "none") return source.why;
    try {
      this.#open ??= openCluster(source);
    } catch (error) {
      return error instanceof Error ? error.message.trim().replaceAll("\n", "; ") : String(error);
    }
    return { path: this.#open.kubeconfig };
  }

  [Symbol.dispose](): void {
    this.#open?.[Symbol.dispose]();
  }
}

/** The command line of a bare pod that does what the order says. @param file where the order is written to. */
export async function barePod(
  kubeconfig: string,
  file: string,
  order: Pick<PodOrder, "image" | "shell" | "script" | "until">,
): Promise<CommandLine> {
  const sources = { env: { KUBECONFIG: kubeconfig }, home: homedir(), elapsed: systemClock.elapsed };
  const connection = await findCluster({}, sources);
  const { ca, cert, key, headers } = await connection.credentials();
  const { server, namespace } = connection;
  const access = {
    server,
    namespace,
    ...toTexts({ ca, cert, key }),
    headers: Object.fromEntries(Object.entries(headers ?? {})),
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...access, namePrefix: podPrefix, ...order }), { mode: 0o600 });
  return { program: process.execPath, argv: [podProgram, file], cwd: dirname(file), env: {} };
}

function toTexts(parts: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const isText = (part: unknown): boolean => typeof part === "string" || part instanceof Buffer;
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, part]) => (isText(part) ? [[key, String(part)]] : [])),
  );
}
