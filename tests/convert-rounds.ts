import { markSecret } from "../src/convert/secret-marks.ts";
import type { ConvertTarget } from "../src/convert/targets.ts";
import type { Pipeline } from "../src/model/pipeline.ts";
import { compileDrone } from "./compile-drone.ts";
import { compileGitlab } from "./compile-gitlab.ts";

export const MARKS = { pg: markSecret("pg") };

/** Warnings that say what is known: written on purpose and told, for Outrigger reads it and the target does not. */
const KNOWN = /is not a key of|key of Drone|not read by|Drone 1 only pulled|always pulls/;

const DIALECTS = ["drone-0.3", "drone-0.4", "drone-0.5", "drone-0.8", "drone-1", "woodpecker"] as const;

/** Reads a source as `convert` does: with a mark for each secret. */
export async function readMarked(
  text: string,
  dialect: string,
  secrets: Readonly<Record<string, string>> = MARKS,
): Promise<Pipeline> {
  if (dialect === "gitlab") return mustBe(compileGitlab(text));
  const file = dialect === "woodpecker" ? ".woodpecker.yml" : ".drone.yml";
  const id = DIALECTS.find((one) => one === dialect);
  return mustBe(await compileDrone(text, { secrets, file, ...(id === undefined ? {} : { dialect: id }) }));
}

/** Reads each document of what was written as the target's own file would be read. */
export async function readWritten(target: ConvertTarget, documents: readonly string[]): Promise<Pipeline> {
  if (target === "gitlab") return mustBe(compileGitlab(documents.join("---\n")));
  const files =
    target === "woodpecker"
      ? documents.map((text) => ({ file: /# file (\S+):/.exec(text)?.[1] ?? "none", text }))
      : [{ file: ".drone.yml", text: documents.join("---\n") }];
  const pipelines: Pipeline[] = [];
  for (const { file, text } of files) {
    const dialect = target === "woodpecker" ? target : "drone-1";
    const compiled = await compileDrone(text, { file, secrets: MARKS, dialect });
    const odd = compiled.findings.filter((one) => !one.startsWith("note") && !KNOWN.test(one));
    if (odd.length > 0) throw new Error(`what was written has findings: ${odd.join("\n")}`);
    pipelines.push(mustBe(compiled));
  }
  const [first] = pipelines;
  if (first === undefined) throw new Error("nothing was written");
  return { ...first, jobs: pipelines.flatMap((one) => one.jobs) };
}

function mustBe({ pipeline, diagnostics }: ReturnType<typeof compileGitlab>): Pipeline {
  const errors = diagnostics.filter((one) => one.severity === "error");
  if (pipeline === undefined || errors.length > 0) throw new Error(`cannot be read: ${JSON.stringify(errors)}`);
  return pipeline;
}
