import type { JobWhen } from "../../model/pipeline.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { parseDuration } from "../../text/duration.ts";
import { spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, checkKeys, integerOf, scalarTextOf, stringOf, valueOf } from "./config-values.ts";
import { ALLOW_FAILURE_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";

const WORDS = ["on_success", "on_failure", "always", "manual", "delayed"] as const;
const WEEK_SECONDS = 7 * 24 * 60 * 60;

/** @source GY-189, GY-190 */
export function readWhen(job: YamlMapping, path: string, report: Report): JobWhen {
  const value = valueOf(job, "when");
  const word = value === undefined ? "on_success" : stringOf(value);
  checkStartIn(job, word === "delayed", path, report);
  switch (word) {
    case "on_success":
    case "on_failure":
    case "always":
    case "manual":
      return word;
    case "delayed":
      report.notSupported("when: delayed", `${path}:when`, value ?? job, "the job starts without delay");
      return "on_success";
    case "never":
      return acceptNever(value ?? job, path, report);
    default:
      return refuse(word, value ?? job, path, report);
  }
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

function refuse(word: string | undefined, at: YamlNode, path: string, report: Report): JobWhen {
  const near = word === undefined ? undefined : didYouMean(word, WORDS);
  const hint = near === undefined ? undefined : `did you mean "${near}"?`;
  report.error({ code: "invalid-when", path, text: `when should be one of: ${WORDS.join(", ")}`, at, hint });
  return "on_success";
}

function checkStartIn(job: YamlMapping, delayed: boolean, path: string, report: Report): void {
  const value = valueOf(job, "start_in");
  if (!delayed) {
    if (value !== undefined)
      report.error({
        code: "invalid-start-in",
        path,
        text: "start in must be blank",
        at: value,
        hint: "only with when: delayed",
      });
    return;
  }
  const at = value ?? valueOf(job, "when") ?? job;
  const seconds = value === undefined ? undefined : parseDuration(scalarTextOf(value) ?? "");
  if (seconds === undefined) {
    report.error({
      code: "invalid-start-in",
      path,
      text: "start in should be a duration",
      at,
      hint: "for example start_in: 30 minutes",
    });
  } else if (seconds > WEEK_SECONDS) {
    report.error({
      code: "invalid-start-in",
      path,
      text: "start in should not exceed the limit",
      at,
      hint: "at most 1 week",
    });
  }
}

/** Optional manual jobs are the default of `when: manual`. @source GY-191 */
export function readAllowFailure(
  job: YamlMapping,
  when: JobWhen,
  path: string,
  report: Report,
): boolean | readonly number[] {
  const value = valueOf(job, "allow_failure");
  if (value === undefined) return when === "manual";
  const word = booleanOf(value);
  if (word !== undefined) return word;
  if (value.kind !== "mapping") {
    report.error({
      code: "invalid-allow-failure",
      path,
      text: "allow failure should be a hash or a boolean value",
      at: value,
    });
    return false;
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
  return report.error({
    code: "invalid-exit-codes",
    path,
    text: "exit codes should be an array of integers or an integer",
    at: value,
  });
}
