import { psychValue } from "../../yaml/psych-scalar.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { type ConfigFields, fieldsOf } from "./config-fields.ts";
import { checkKeys, isNull, scalarTextOf, valueOf } from "./config-values.ts";
import { knownKeys, onlyKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEYS = knownKeys("release");
const ASSET_KEYS = knownKeys("release:assets");
const LINK_KEYS = onlyKeys("name url filepath link_type");
const LINK_TYPES = ["other", "runbook", "image", "package"] as const;
const CODE = "invalid-release";

/** Only checked: a run on this machine makes no release. @source GY-241 */
export function checkRelease(value: YamlNode, path: string, report: Report): void {
  const fields = fieldsOf(value, path, CODE, report);
  if (fields === undefined) return;
  checkKeys(fields.mapping, KEYS, path, report);
  for (const key of ["tag_name", "description"]) requireText(fields, key);
  for (const key of ["tag_message", "name", "ref"]) fields.text(key);
  fields.textOrTexts("milestones");
  checkReleasedAt(fields);
  const assets = valueOf(fields.mapping, "assets");
  if (assets !== undefined) checkAssets(assets, `${path}:assets`, report);
}

function requireText(fields: ConfigFields, key: string): void {
  const value = valueOf(fields.mapping, key);
  // A tag of digits alone is a number to YAML, and a name to everybody.
  const text = value === undefined ? "" : (scalarTextOf(value) ?? fields.text(key));
  if (text !== undefined && text.trim() === "") fields.refuse(key, "can't be blank", value ?? fields.mapping);
}

function checkReleasedAt(fields: ConfigFields): void {
  const value = valueOf(fields.mapping, "released_at");
  if (value === undefined) return;
  const text = value.kind === "scalar" && psychValue(value).type === "string" ? value.text : "";
  const isTime = /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isTime && !text.includes("$")) {
    fields.refuse("released_at", "must be a valid datetime", value, 'for example "2026-03-15T08:00:00Z"');
  }
}

function checkAssets(value: YamlNode, path: string, report: Report): void {
  const fields = fieldsOf(value, path, CODE, report);
  if (fields === undefined) return;
  checkKeys(fields.mapping, ASSET_KEYS, path, report);
  const links = valueOf(fields.mapping, "links");
  if (links === undefined) return;
  if (links.kind !== "sequence") {
    report.error({ code: CODE, path: `${path}:links`, text: "config should be an array of hashes", at: links });
    return;
  }
  for (const link of links.items) checkLink(link, `${path}:links:link`, report);
}

function checkLink(value: YamlNode, path: string, report: Report): void {
  if (isNull(value)) return;
  const fields = fieldsOf(value, path, CODE, report);
  if (fields === undefined) return;
  checkKeys(fields.mapping, LINK_KEYS, path, report);
  for (const key of ["name", "url"]) requireText(fields, key);
  fields.text("filepath");
  fields.word("link_type", LINK_TYPES);
}
