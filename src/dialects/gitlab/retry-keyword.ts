import type { RetryPolicy } from "../../model/pipeline.ts";
import { parseDuration } from "../../text/duration.ts";
import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { checkKeys, integerOf, scalarTextOf, stringOf, stringsOf, valueOf } from "./config-values.ts";
import { RETRY_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";
import { readExitCodes } from "./when-keyword.ts";

const MAX_ATTEMPTS = 2;

/** GitLab limits a job to a month. */
const MAX_TIMEOUT_SECONDS = 30 * 24 * 60 * 60;

export const NO_RETRY: RetryPolicy = { max: 0, when: [], exitCodes: [] };

const REASONS: ReadonlySet<string> = new Set(
  `always unknown_failure script_failure api_failure stuck_or_timeout_failure runner_system_failure runner_unsupported
   stale_schedule job_execution_timeout archived_failure unmet_prerequisites scheduler_failure data_integrity_failure
   missing_dependency_failure forward_deployment_failure user_blocked`.split(/\s+/),
);

/** @source GY-232 */
export function readRetry(value: YamlNode, path: string, report: Report): RetryPolicy | undefined {
  const max = integerOf(value);
  if (max !== undefined) return checkMax(max, value, `${path} config`, path, report) ? { ...NO_RETRY, max } : undefined;
  if (value.kind !== "mapping") {
    return report.error({
      code: "invalid-retry",
      path,
      text: "config has to be either an integer or a hash",
      at: value,
    });
  }
  checkKeys(value, RETRY_KEYS, path, report);
  return readMapping(value, path, report);
}

function readMapping(value: YamlMapping, path: string, report: Report): RetryPolicy | undefined {
  const max = readMax(value, path, report);
  const when = readReasons(value, path, report);
  const exitCodes = readExitCodes(value, path, report) ?? [];
  return max === undefined || when === undefined ? undefined : { max, when, exitCodes };
}

function readMax(value: YamlMapping, path: string, report: Report): number | undefined {
  const node = valueOf(value, "max");
  if (node === undefined) return 0;
  const max = integerOf(node);
  if (max === undefined) return report.error({ code: "invalid-retry", path, text: "max is not a number", at: node });
  return checkMax(max, node, `${path} max`, path, report) ? max : undefined;
}

/** `always` is the same as naming no reason. */
function readReasons(value: YamlMapping, path: string, report: Report): readonly string[] | undefined {
  const node = valueOf(value, "when");
  if (node === undefined) return [];
  const word = stringOf(node);
  if (word !== undefined) {
    if (REASONS.has(word)) return word === "always" ? [] : [word];
    const hint = `one of: ${[...REASONS].join(", ")}`;
    return report.error({ code: "invalid-retry", path, text: "when is not included in the list", at: node, hint });
  }
  const words = stringsOf(node);
  if (words === undefined) {
    return report.error({
      code: "invalid-retry",
      path,
      text: "when should be an array of strings or a string",
      at: node,
    });
  }
  const unknown = words.filter((reason) => !REASONS.has(reason));
  if (unknown.length === 0) return words.includes("always") ? [] : words;
  return report.error({
    code: "invalid-retry",
    path,
    text: `when contains unknown values: ${unknown.join(", ")}`,
    at: node,
  });
}

function checkMax(max: number, at: YamlNode, subject: string, path: string, report: Report): boolean {
  if (max >= 0 && max <= MAX_ATTEMPTS) return true;
  const limit = max < 0 ? "greater than or equal to 0" : `less than or equal to ${MAX_ATTEMPTS}`;
  report.whole("error", { code: "invalid-retry", path, text: `${subject} must be ${limit}`, at });
  return false;
}

/** Seconds. @source GY-233 */
export function readTimeout(value: YamlNode, path: string, report: Report): number | undefined {
  const seconds = parseDuration(scalarTextOf(value) ?? "");
  if (seconds === undefined) {
    const hint = "for example timeout: 1h 30m";
    return report.error({ code: "invalid-timeout", path, text: "config should be a duration", at: value, hint });
  }
  if (seconds < MAX_TIMEOUT_SECONDS) return seconds;
  return report.error({
    code: "invalid-timeout",
    path,
    text: "config should not exceed the limit",
    at: value,
    hint: "less than 1 month",
  });
}
