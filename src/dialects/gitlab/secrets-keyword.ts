// `secrets`, `id_tokens` and `identity`: what a job gets from a vault or proves who it is with.

import type { YamlNode } from "../../yaml/yaml-node.ts";
import { fieldsOf } from "./config-fields.ts";
import { checkKeys, stringOf, valueOf } from "./config-values.ts";
import type { SecretDeclaration } from "./declarations.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const SECRET_KEYS = knownKeys("secrets");
const TOKEN_KEYS = knownKeys("id_tokens");
const NOT_VAULTS: ReadonlySet<string> = new Set(["file", "token"]);
const IDENTITIES: ReadonlySet<string> = new Set(["google_cloud"]);

/** @source GY-243 */
export function readSecrets(value: YamlNode, path: string, report: Report): readonly SecretDeclaration[] {
  const all = fieldsOf(value, path, "invalid-secrets", report);
  const entries = all === undefined ? [] : [...all.mapping.entries];
  return entries.flatMap(([name, entry]) => {
    const fields = fieldsOf(entry.value, `${path}:${name}`, "invalid-secrets", report);
    if (fields === undefined) return [];
    checkKeys(fields.mapping, SECRET_KEYS, fields.path, report);
    const vaults = [...fields.mapping.entries.keys()].filter(
      (key) => SECRET_KEYS.read.has(key) && !NOT_VAULTS.has(key),
    );
    if (vaults.length !== 1) {
      const known = [...SECRET_KEYS.read].filter((key) => !NOT_VAULTS.has(key)).join(", ");
      fields.refuseAll(`config must use exactly one of these keys: ${known}`);
    }
    fields.text("token");
    return [{ name, asFile: fields.flag("file") ?? true, at: entry.key }];
  });
}

/** Only checked: nobody here signs tokens. @source GY-244 */
export function checkIdTokens(value: YamlNode, path: string, report: Report): void {
  const all = fieldsOf(value, path, "invalid-id-tokens", report);
  for (const [name, entry] of all?.mapping.entries ?? []) {
    const fields = fieldsOf(entry.value, `${path}:${name}`, "invalid-id-tokens", report);
    if (fields === undefined) continue;
    checkKeys(fields.mapping, TOKEN_KEYS, fields.path, report);
    if (valueOf(fields.mapping, "aud") === undefined) fields.refuseAll("config missing required keys: aud", entry.key);
    else fields.textOrTexts("aud");
  }
}

/** Only checked. @source GY-245 */
export function checkIdentity(value: YamlNode, path: string, report: Report): void {
  const word = stringOf(value);
  if (word !== undefined && IDENTITIES.has(word)) return;
  const known = [...IDENTITIES].join(", ");
  report.error({ code: "invalid-identity", path, text: `config should be one of: ${known}`, at: value });
}
