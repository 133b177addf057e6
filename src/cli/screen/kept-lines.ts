import type { JobView, RunView } from "../../events/run-view.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { plural } from "../counts.ts";
import { formatBytes } from "./amounts.ts";

const SHOWN_FAILURES = 10;

/** What the jobs left, where it is, and what their reports say. */
export function renderKept(view: RunView): readonly string[] {
  return [...view.jobs.values()].flatMap((job) =>
    [...testLines(job), ...coverageLine(job), ...artifactLine(job), ...cacheLines(job)].map(dropControls),
  );
}

function testLines({ name, tests }: JobView): readonly string[] {
  if (tests === undefined) return [];
  const skipped = tests.skipped === 0 ? "" : `, ${tests.skipped} skipped`;
  const head = `  tests: ${name}: ${plural(tests.total, "test")}, ${tests.failed} failed${skipped}`;
  const more = tests.failed - SHOWN_FAILURES;
  return [
    head,
    ...tests.failures.slice(0, SHOWN_FAILURES).map((failure) => `    ${failure}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function coverageLine({ name, coveragePercent }: JobView): readonly string[] {
  return coveragePercent === undefined ? [] : [`  coverage: ${name}: ${coveragePercent} %`];
}

function artifactLine({ name, artifacts }: JobView): readonly string[] {
  if (artifacts === undefined) return [];
  const where = artifacts.folder === undefined ? "" : ` in ${artifacts.folder}`;
  return [`  artifacts: ${name}: ${plural(artifacts.files, "file")}, ${formatBytes(artifacts.bytes)}${where}`];
}

function cacheLines({ name, caches }: JobView): readonly string[] {
  return caches.map(({ key, found, kept }) => {
    const words = [
      ...(found === undefined ? [] : [found ? "restored" : "nothing there"]),
      ...(kept === undefined ? [] : [`kept ${plural(kept.files, "file")}, ${formatBytes(kept.bytes)}`]),
    ];
    return `  cache: ${name}: ${key}: ${words.join(", ")}`;
  });
}
