import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { describeRefusal } from "../src/cli/print-refusals.ts";
import { loadDialect } from "../src/dialects/detect.ts";
import type { DialectContext } from "../src/dialects/dialect.ts";
import type { DialectId } from "../src/model/pipeline.ts";
import { CAPABILITIES } from "../src/model/trust.ts";
import { DEFAULT_JOB_TIMEOUT_MS } from "../src/plan/choices.ts";
import { type PlannedPipeline, planPipeline } from "../src/plan/plan-pipeline.ts";
import { hasErrors } from "../src/text/diagnostic.ts";

/** What the old systems did with a file, by their sources. */
interface TrustedCase {
  readonly dialect: DialectId;
  readonly yaml: string;
  readonly trusted: boolean;
  readonly ok: boolean;
  readonly error: string | null;
  /** Every message, where the system told more than the first. */
  readonly errors?: readonly string[];
  /** What Drone 0.4 removed without a word. */
  readonly stripped?: readonly string[];
}

// The file is the project's own; its shape is this one.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const cases = JSON.parse(
  readFileSync(new URL("cases/drone-trusted.json", import.meta.url), "utf8"),
) as readonly TrustedCase[];

interface Verdict {
  readonly ok: boolean;
  /** Everything said against it, refusals and errors alike. */
  readonly texts: readonly string[];
  readonly refusedPaths: readonly string[];
  /** What was taken away instead, as the person reads it. */
  readonly removed: readonly string[];
}

async function judge({ dialect, yaml, trusted }: TrustedCase, trustCompat?: "strip"): Promise<Verdict> {
  const context: DialectContext = {
    facts: { folderName: "project", remoteUrl: "git@git.example:group/project.git", branch: "main" },
    run: { pipelineId: 7, startedAt: new Date(0), platform: "linux/amd64", version: "1.2.3" },
    variables: new Map(),
    deliver: true,
  };
  const file = dialect === "woodpecker" ? ".woodpecker.yml" : ".drone.yml";
  const compiled = (await loadDialect(dialect)).compile({ file, text: yaml }, context);
  const planned =
    compiled.pipeline === undefined || hasErrors(compiled.diagnostics)
      ? undefined
      : planPipeline(compiled.pipeline, {
          runId: "r",
          jobs: [],
          pullPolicy: undefined,
          services: "dialect",
          trusted: new Set(trusted ? CAPABILITIES : []),
          trustCompat,
          defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
          maskedNames: new Set(),
          showServiceLogs: false,
        });
  const errors = [...compiled.diagnostics, ...(planned?.diagnostics ?? [])].filter(
    ({ severity }) => severity === "error",
  );
  const refusals: PlannedPipeline["refusals"] = planned?.refusals ?? [];
  return {
    ok: errors.length === 0 && refusals.length === 0,
    texts: [...errors.map(({ message }) => message), ...refusals.map(describeRefusal)],
    refusedPaths: refusals.flatMap(({ path }) => path ?? []),
    removed: (planned?.diagnostics ?? []).flatMap(({ code, message }) =>
      code === "untrusted-removed" ? [message] : [],
    ),
  };
}

interface OurWay {
  readonly ok: boolean;
  readonly why: string;
}

/** Where we decide otherwise, by the number of the case in the file. */
const OURS: ReadonlyMap<number, OurWay> = new Map([
  [0, { ok: false, why: "refused, not removed without a word (DR-165)" }],
  [2, { ok: false, why: "refused, not removed without a word (DR-165); an entry point asks nothing of the host" }],
  [3, { ok: false, why: "devices work in every dialect, and need trust in every one (DR-179)" }],
  [4, { ok: true, why: "no list of plugins: without privilege an image can do no more than a command (DR-168)" }],
  [12, { ok: true, why: "an entry point asks nothing of the host (DR-60)" }],
  [17, { ok: false, why: "cap_add is honoured, so it needs trust (DR-35, DR-179)" }],
  [19, { ok: true, why: "an entry point asks nothing of the host (DR-60)" }],
  [36, { ok: true, why: "to depend on a service means that it is ready (DR-218)" }],
]);

const pathOf = (path: string): string => path.replace(/\[\d+\]$/, "");

describe("what an untrusted repository may not use", () => {
  const rows = cases.map((one, index) => ({
    ...one,
    index,
    wanted: OURS.get(index) ?? { ok: one.ok, why: "as it was" },
  }));

  test.each(rows)("case $index, $dialect, trusted $trusted: $wanted.why", async (row) => {
    const verdict = await judge(row);
    expect(verdict).toMatchObject({ ok: row.wanted.ok });
    if (verdict.ok) return;
    // The old message stays the first sentence, so that searches find old answers (DR-182), and all are told (DR-180).
    for (const message of row.errors ?? (row.error === null ? [] : [row.error])) {
      expect(verdict.texts.some((text) => text.startsWith(message))).toBe(true);
    }
    const removed = (row.stripped ?? []).filter((path) => !path.endsWith(".entrypoint"));
    const refused = new Set(verdict.refusedPaths.map(pathOf));
    expect(removed.filter((path) => !refused.has(path))).toEqual([]);
  });

  test.each(rows.filter((row) => row.stripped !== undefined && row.ok))(
    "case $index, $dialect, trusted $trusted, stripped as Drone 0.4 did, but told (DR-165, DR-363)",
    async (row) => {
      const verdict = await judge(row, "strip");
      expect(verdict).toMatchObject({ ok: true, texts: [] });
      const why = "removed, repository is not trusted (Drone 0.4 removed it silently)";
      const paths = new Set(verdict.removed.map((text) => pathOf(text.replace(`: ${why}`, ""))));
      // Devices were no key of 0.4's, which ran on without them; here they are one, and taken away like the rest.
      const devices = row.yaml.includes("devices:") ? ["compose.serial.devices"] : [];
      expect([...paths].toSorted()).toEqual([...(row.stripped ?? []), ...devices].toSorted());
    },
  );
});
