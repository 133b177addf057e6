import { rm } from "node:fs/promises";
import type { OwnedObject } from "../engines/engine.ts";
import { findLeftovers } from "../run/sweep.ts";
import { findDeadArchives } from "../system/dead-archives.ts";
import { findOldCaches, removeCaches } from "../system/old-caches.ts";
import { currentOwner } from "../system/owner.ts";
import { cachesFolder } from "../system/run-paths.ts";
import type { CliContext } from "./cli-context.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import { formatCounts } from "./counts.ts";
import { findDeadRunsHere, unmarkDeadRunsHere } from "./dead-runs-here.ts";
import { chooseEngine } from "./engine-choice.ts";
import { EXIT } from "./exit-codes.ts";
import { openConfiguredEngine } from "./open-configured-engine.ts";
import { formatBytes } from "./screen/amounts.ts";

const ORDER: Readonly<Record<OwnedObject["kind"], number>> = {
  pod: 0,
  container: 1,
  network: 2,
  volume: 3,
  configmap: 4,
  secret: 5,
  namespace: 6,
};

/** Lists, or removes, what dead runs left on the engine. */
export async function collectGarbage(context: CliContext, options: EngineOptions, isDryRun: boolean): Promise<number> {
  const choice = await chooseEngine(context, options);
  if (choice === undefined) return EXIT.invalid;
  const files = await collectFiles(context, isDryRun);
  const sweeper = { owner: currentOwner(), now: context.clock.now() };
  const dead = findDeadRunsHere(context, options);
  await using engine = await openConfiguredEngine(context.config, { ...choice, places: dead.places });
  const signal = new AbortController().signal;
  const leftovers = await findLeftovers(engine, sweeper, signal);
  const sorted = leftovers.toSorted((a, b) => ORDER[a.object.kind] - ORDER[b.object.kind]);
  for (const { object, why } of sorted) {
    context.stdout.write(`${isDryRun ? "would remove" : "removing"} ${object.kind} ${object.name}: ${why}\n`);
  }
  if (sorted.length === 0) {
    if (files === 0) context.stdout.write("nothing left behind\n");
  } else if (!isDryRun) {
    const removed = await engine.removeObjects(
      sorted.map((leftover) => leftover.object),
      signal,
    );
    context.stdout.write(`removed ${formatCounts(removed)}\n`);
  }
  if (!isDryRun) unmarkDeadRunsHere(context, dead);
  return EXIT.passed;
}

/** Caches that nobody uses, and what killed runs did not finish writing. @returns how many there are. */
async function collectFiles({ config, clock, stdout }: CliContext, isDryRun: boolean): Promise<number> {
  const folder = cachesFolder(config.stateFolder);
  const caches = await findOldCaches(folder, clock.now());
  const archives = findDeadArchives(config.stateFolder, currentOwner());
  const verb = isDryRun ? "would remove" : "removing";
  for (const { path, bytes, why } of caches) stdout.write(`${verb} cache ${path} (${formatBytes(bytes)}): ${why}\n`);
  for (const { runId, folder: path } of archives) stdout.write(`${verb} artifacts ${path}: run ${runId} is over\n`);
  if (!isDryRun) {
    await removeCaches(folder, caches);
    await Promise.all(archives.map((archive) => rm(archive.folder, { recursive: true, force: true })));
  }
  return caches.length + archives.length;
}
