// A thread of its own: whoever started it can end it when an input makes it hang or eat the memory.

import { parentPort, workerData } from "node:worker_threads";
import { chooseDialect, DIALECTS, loadDialect } from "../../src/dialects/detect.ts";
import type { PlanChoices } from "../../src/plan/choices.ts";
import { planPipeline } from "../../src/plan/plan-pipeline.ts";
import { hasErrors } from "../../src/text/diagnostic.ts";
import { droneContext } from "../compile-drone.ts";
import { createRandom } from "../long-suites.ts";
import { mutateText } from "./mutate-text.ts";

export interface Assignment {
  /** A dialect's id; any other word: the one that the file looks like. */
  readonly dialect: string;
  readonly files: readonly string[];
  readonly count: number;
  readonly seed: number;
}

export type Answer =
  | { readonly kind: "next"; readonly text: string }
  | { readonly kind: "done"; readonly refused: number }
  | { readonly kind: "failed"; readonly text: string; readonly error: string };

const CHOICES: PlanChoices = {
  runId: "r1",
  jobs: [],
  pullPolicy: undefined,
  services: "dialect",
  trusted: new Set(),
  defaultJobTimeoutMs: 3_600_000,
  maskedNames: new Set(),
  showServiceLogs: false,
};

function answer(message: Answer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

async function tryAll({ dialect, files, count, seed }: Assignment): Promise<void> {
  const random = createRandom(seed);
  let refused = 0;
  for (let number = 0; number < count; number++) {
    const text = mutateText(files[Math.floor(random() * files.length)] ?? "", files, random);
    answer({ kind: "next", text });
    try {
      if (!(await compiles(text, dialect))) refused += 1;
    } catch (error) {
      answer({ kind: "failed", text, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return;
    }
  }
  answer({ kind: "done", refused });
}

/** @returns false when there are findings that forbid a run. */
async function compiles(text: string, dialect: string): Promise<boolean> {
  const asked = DIALECTS.find((id) => id === dialect);
  const source = { file: asked === "gitlab" ? ".gitlab-ci.yml" : "pipeline.yml", text };
  const { id } = await chooseDialect(source, asked);
  const { diagnostics, pipeline } = (await loadDialect(id)).compile(source, droneContext());
  for (const { at, message } of diagnostics) {
    if (!(at.line > 0 && at.column > 0)) throw new Error(`a finding without a place: ${message}`);
  }
  if (hasErrors(diagnostics)) return false;
  if (pipeline === undefined) throw new Error("no pipeline, and nothing that says why");
  const names = pipeline.jobs.map((job) => job.name);
  if (new Set(names).size < names.length) throw new Error(`two jobs of one name: ${names.join(", ")}`);
  return !hasErrors(planPipeline(pipeline, CHOICES).diagnostics);
}

// The assignment comes from `try-mutated.ts`, which has its type checked.
const assignment: Assignment = workerData;
await tryAll(assignment);
