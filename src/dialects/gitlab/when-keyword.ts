import type { JobWhen } from "../../model/pipeline.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields } from "./config-fields.ts";
import { booleanOf, checkKeys, integerOf, stringOf, valueOf } from "./config-values.ts";
import { ALLOW_FAILURE_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";
import { readStartIn } from "./start-in.ts";

const JOB_WORDS = ["on_success", "on_failure", "always", "manual", "delayed"] as const satisfies readonly JobWhen[];
const TRIGGER_WORDS = ["on_success", "on_failure", "always", "manual"] as const satisfies readonly JobWhen[];

export interface WhenDeclaration {
  readonly when: JobWhen;
  /** With `delayed` alone. */
  readonly startInSeconds: number | undefined;
}

/** @source GY-189, GY-190 */
export function readWhen(job: YamlMapping, path: string, report: Report): WhenDeclaration {
  const when = readWord(job, JOB_WORDS, path, report);
  const fields = new ConfigFields(job, path, "invalid-start-in", report);
  if (when === "delayed") return { when, startInSeconds: readStartIn(fields, "should be a duration") };
  const start = valueOf(job, "start_in");
  if (start !== undefined) fields.refuse("start_in", "must be blank", start, "only with when: delayed");
  return { when, startInSeconds: undefined };
}

/** A job that starts a pipeline cannot be delayed. */
export function readTriggerWhen(job: YamlMapping, path: string, report: Report): JobWhen {
  return readWord(job, TRIGGER_WORDS, path, report);
}

function readWord(job: YamlMapping, words: readonly JobWhen[], path: string, report: Report): JobWhen {
  const value = valueOf(job, "when");
  if (value === undefined) return "on_success";
  const text = stringOf(value);
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  if (text === "never") return acceptNever(value, path, report);
  const near = text === undefined ? undefined : didYouMean(text, words);
  const hint = near === undefined ? undefined : `did you mean "${near}"?`;
  report.error({ code: "invalid-when", path, text: `when should be one of: ${words.join(", ")}`, at: value, hint });
  return "on_success";
}

/** GitLab knows the word in `rules` only; what it would mean for a job is clear. */
function acceptNever(at: YamlNode, path: string, report: Report): JobWhen {
  report.add({
    severity: "warning",
    code: "when-never",
    message: "the job never runs, and GitLab accepts `when: never` in rules only",
    at: spanOf(at),
    path: `${path}:when`,
    hint: "start the job's name with a dot to keep it without running it",
  });
  return "never";
}

/** @returns what the job says itself; undefined: `when` and rules decide. @source GY-191 */
export function readAllowFailure(
  job: YamlMapping,
  path: string,
  report: Report,
): boolean | readonly number[] | undefined {
  const value = valueOf(job, "allow_failure");
  if (value === undefined) return undefined;
  const word = booleanOf(value);
  if (word !== undefined) return word;
  if (value.kind !== "mapping") {
    const text = "allow failure should be a hash or a boolean value";
    return report.error({ code: "invalid-allow-failure", path, text, at: value });
  }
  checkKeys(value, ALLOW_FAILURE_KEYS, `${path}:allow_failure`, report);
  return readExitCodes(value, `${path}:allow_failure`, report) ?? false;
}

/** `exit_codes: 1` or `exit_codes: [1, 2]`; absent: undefined. */
export function readExitCodes(mapping: YamlMapping, path: string, report: Report): readonly number[] | undefined {
  const value = valueOf(mapping, "exit_codes");
  if (value === undefined) return undefined;
  const items = value.kind === "sequence" ? value.items : [value];
  const codes = items.map(integerOf).filter((code) => code !== undefined);
  if (codes.length === items.length) return codes;
  const text = "exit codes should be an array of integers or an integer";
  return report.error({ code: "invalid-exit-codes", path, text, at: value });
}
