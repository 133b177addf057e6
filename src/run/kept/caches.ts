import type { Cache } from "../../model/artifacts.ts";
import { packTar } from "../../system/tar.ts";
import type { JobContext } from "../job-context.ts";
import { resolveCacheKey, toSafeKey } from "./cache-key.ts";
import { collectFiles, type FileCount } from "./collect-files.ts";
import { type EndedJob, isKeptAfter, openFilter } from "./keep-artifacts.ts";

/** Restores a job's caches in their order. None of them is a reason to fail a job. @source GY-226, GY-227 */
export async function restoreCaches(context: JobContext): Promise<void> {
  for (const cache of context.plan.caches ?? []) {
    if (cache.policy === "push" || isEmpty(cache)) continue;
    await forgive({ ...context, job: context.plan.name }, "restored", () => restore(context, cache));
  }
}

/** Keeps what a job's caches name, after a script that ended as they want it. @source GY-225 */
export async function keepCaches(ended: EndedJob, caches: readonly Cache[], hasPassed: boolean): Promise<void> {
  for (const cache of caches) {
    if (cache.policy === "pull" || isEmpty(cache) || !isKeptAfter(cache.when, hasPassed)) continue;
    await forgive({ ...ended, emit: ended.context.emit }, "kept", () => keep(ended, cache));
  }
}

async function restore(context: JobContext, cache: Cache): Promise<void> {
  const { caches, plan, sandbox, signal, emit } = context;
  const wanted = await resolveCacheKey(cache.key, caches);
  if (wanted === undefined) {
    emit({ type: "run.note", level: "warning", job: plan.name, text: "a cache has an empty key and is skipped" });
    return;
  }
  const last = plan.steps[0]?.env.get("CACHE_FALLBACK_KEY");
  const further = [...cache.fallbackKeys, ...(last === undefined || last.endsWith("-protected") ? [] : [last])];
  for (const key of [wanted, ...further.flatMap((text) => toSafeKey(text) ?? [])]) {
    const archive = await caches.read(key);
    if (archive === undefined) continue;
    await sandbox.addFiles({ open: () => archive }, signal);
    emit({ type: "cache.restored", job: plan.name, key, found: true });
    return;
  }
  emit({ type: "cache.restored", job: plan.name, key: wanted, found: false });
}

async function keep(ended: EndedJob, cache: Cache): Promise<void> {
  const { context, job, sandbox, signal } = ended;
  const key = await resolveCacheKey(cache.key, context.caches);
  if (key === undefined) return;
  const filter = await openFilter(ended, cache);
  const count: FileCount = { files: 0, bytes: 0 };
  await context.caches.write(key, packTar(collectFiles(sandbox, filter, count, signal)));
  context.emit({ type: "cache.kept", job, key, ...count });
}

function isEmpty({ paths, untracked }: Cache): boolean {
  return paths.length === 0 && !untracked;
}

interface Forgiving extends Pick<JobContext, "emit" | "signal"> {
  readonly job: string;
}

async function forgive({ emit, job, signal }: Forgiving, verb: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    emit({ type: "run.note", level: "warning", job, text: `a cache could not be ${verb}: ${why}` });
  }
}
