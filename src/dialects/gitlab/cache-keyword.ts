import type { CachePolicy } from "../../model/artifacts.ts";
import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { KEPT_WHEN } from "./artifacts-keyword.ts";
import { type ConfigFields, fieldsOf } from "./config-fields.ts";
import { checkKeys, stringOf, stringsOf, valueOf } from "./config-values.ts";
import type { CacheDeclaration, CacheKeyDeclaration, PlacedText } from "./declarations.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEYS = knownKeys("cache");
const KEY_KEYS = knownKeys("cache:key");
const CODE = "invalid-cache";
const MAX_CACHES = 4;
const MAX_FALLBACK_KEYS = 5;
const MAX_KEY_FILES = 2;
const POLICIES = ["pull-push", "push", "pull"] as const satisfies readonly CachePolicy[];
const DEFAULT_KEY: CacheKeyDeclaration = { kind: "text", text: "default" };

/** One cache or a list; `[]` and `{}` are none (GY-219). @source GY-219 to GY-227 */
export function readCaches(value: YamlNode, path: string, report: Report): readonly CacheDeclaration[] | undefined {
  if (value.kind !== "sequence") return readCache(value, path, report);
  const items = value.items.flatMap((item) => (item.kind === "sequence" ? item.items : [item]));
  const excess = items[MAX_CACHES];
  if (excess !== undefined) {
    const text = `config no more than ${MAX_CACHES} caches can be created`;
    return report.error({ code: CODE, path: `${path}:caches`, text, at: excess });
  }
  return items.flatMap((item) => readCache(item, path, report) ?? []);
}

function readCache(value: YamlNode, path: string, report: Report): readonly CacheDeclaration[] | undefined {
  const fields = fieldsOf(value, path, CODE, report);
  if (fields === undefined) return undefined;
  if (fields.mapping.entries.size === 0) return [];
  checkKeys(fields.mapping, KEYS, path, report);
  fields.flag("unprotect");
  const key = valueOf(fields.mapping, "key");
  return [
    {
      key: (key && readKey(key, `${path}:key`, report)) ?? DEFAULT_KEY,
      fallbackKeys: readFallbackKeys(fields),
      paths: fields.texts("paths") ?? [],
      untracked: fields.flag("untracked") ?? false,
      policy: readPolicy(fields),
      when: fields.word("when", KEPT_WHEN) ?? "on_success",
      at: value,
    },
  ];
}

/** @source GY-220 */
function readKey(value: YamlNode, path: string, report: Report): CacheKeyDeclaration | undefined {
  if (value.kind === "mapping") return readKeyFiles(value, path, report);
  const text = stringOf(value);
  const problem = text === undefined ? "should be a hash, a string or a symbol" : problemOfKey(text);
  if (text !== undefined && problem === undefined) return { kind: "text", text };
  return report.error({ code: CODE, path, text: `config ${problem}`, at: value });
}

function problemOfKey(text: string): string | undefined {
  if (/\/|%2f/i.test(text)) return 'cannot contain the "/" character';
  return /^(?:\.|%2e){1,2}$/i.test(text) ? 'cannot be "." or ".."' : undefined;
}

/** @source GY-221 */
function readKeyFiles(mapping: YamlMapping, path: string, report: Report): CacheKeyDeclaration | undefined {
  checkKeys(mapping, KEY_KEYS, path, report);
  const byCommit = valueOf(mapping, "files_commits");
  const files = byCommit ?? valueOf(mapping, "files");
  const key = byCommit === undefined ? "files" : "files_commits";
  if (files === undefined) {
    return report.error({ code: CODE, path, text: "config missing required keys: files", at: mapping });
  }
  const names = stringsOf(files);
  const problem =
    names === undefined
      ? "should be an array of strings"
      : names.length === 0
        ? "requires at least 1 item"
        : names.length > MAX_KEY_FILES
          ? `has too many items (maximum is ${MAX_KEY_FILES})`
          : undefined;
  if (names === undefined || problem !== undefined) {
    return report.error({ code: CODE, path: `${path}:${key}`, text: `config ${problem}`, at: files });
  }
  const prefix = readPrefix(mapping, path, report);
  return { kind: "files", files: names, by: byCommit === undefined ? "content" : "commit", prefix };
}

function readPrefix(mapping: YamlMapping, path: string, report: Report): string | undefined {
  const value = valueOf(mapping, "prefix");
  if (value === undefined) return undefined;
  const text = stringOf(value);
  const problem = text === undefined ? "should be a string or symbol" : problemOfKey(text);
  if (problem === undefined) return text;
  return report.error({ code: CODE, path: `${path}:prefix`, text: `config ${problem}`, at: value });
}

/** @source GY-226 */
function readFallbackKeys(fields: ConfigFields): readonly string[] {
  const keys = fields.texts("fallback_keys") ?? [];
  const value = valueOf(fields.mapping, "fallback_keys");
  if (keys.length <= MAX_FALLBACK_KEYS || value?.kind !== "sequence") return keys;
  const excess = value.items[MAX_FALLBACK_KEYS] ?? value;
  fields.refuse("fallback_keys", `has to many entries (maximum ${MAX_FALLBACK_KEYS})`, excess);
  return keys;
}

/** @source GY-225 */
function readPolicy(fields: ConfigFields): CachePolicy | PlacedText {
  const value = valueOf(fields.mapping, "policy");
  const text = value && stringOf(value);
  if (value !== undefined && text?.includes("$")) return { text, at: value };
  const expectation = `should be a variable or one of: ${POLICIES.join(", ")}`;
  return fields.word("policy", POLICIES, expectation) ?? "pull-push";
}
