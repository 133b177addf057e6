import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import type { Engine, OwnedObject } from "../../src/engines/engine.ts";
import { openEngine } from "../../src/engines/open-engine.ts";
import type { Owner } from "../../src/model/owner.ts";
import { currentOwner } from "../../src/system/owner.ts";
import type { CliResult } from "./cli-project.ts";

const NEVER = new AbortController().signal;

/** The engine that the program finds as well, to look behind it. Objects made through it belong to `owner`. */
export async function openTestEngine(owner: Owner = currentOwner()): Promise<Engine> {
  return await openEngine("docker", { env: process.env, home: homedir(), owner });
}

/** The socket of the engine that the program finds; undefined when it is reached in another way. */
export async function engineSocket(): Promise<string | undefined> {
  const found = await findEndpoint(process.env, { home: homedir(), uid: process.getuid?.() });
  return found.kind === "found" && found.endpoint.kind === "unix" ? found.endpoint.socketPath : undefined;
}

/** Not every engine lets a container have privilege, whoever asks. */
export async function canBePrivileged(): Promise<boolean> {
  const socket = await engineSocket();
  const host = socket === undefined ? [] : ["-H", `unix://${socket}`];
  const can = spawnSync("docker", [...host, "run", "--rm", "--privileged", "busybox:latest", "true"]).status === 0;
  if (!can)
    console.warn(
      "NOT RUN: what needs a privileged container: this engine starts none (npm run setup makes one that does)",
    );
  return can;
}

/** What is on the engine of one run, as `kind name`. */
export async function objectsOf(runId: string): Promise<readonly string[]> {
  await using engine = await openTestEngine();
  const objects = await engine.findObjects(NEVER);
  return objects.filter((object) => object.runId === runId).map(({ kind, name }) => `${kind} ${name}`);
}

/** Waits until nothing of a run is left. @throws when the limit passes, with what is left. */
export async function untilGone(runId: string, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  for (;;) {
    const left = await objectsOf(runId);
    if (left.length === 0) return;
    if (performance.now() > end) throw new Error(`still there after ${limitMs} ms: ${left.join(", ")}`);
  }
}

/** What runs left, by their events: the same run id is on every line. */
export async function leftBy(...results: readonly CliResult[]): Promise<readonly string[]> {
  const runIds = new Set(results.flatMap((result) => result.events.slice(0, 1).map((event) => event.run)));
  await using engine = await openTestEngine();
  const objects: readonly OwnedObject[] = await engine.findObjects(NEVER);
  return objects.filter((object) => runIds.has(object.runId)).map(({ kind, name }) => `${kind} ${name}`);
}
