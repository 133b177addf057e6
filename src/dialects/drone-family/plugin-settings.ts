import type { Variable } from "../../model/variables.ts";
import type { YamlEntry, YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, refuse } from "./accept.ts";
import type { Place } from "./scope.ts";
import { isNull, textOf, toJsonValue, valueAt } from "./values.ts";

/**
 * Settings of a plugin as `PLUGIN_*` variables: scalars as written, lists of scalars joined with commas, the rest as JSON.
 *
 * @param loose unknown keys of the step, which 0.5 to 0.8 passed on (DR-29).
 * @source DR-29, DR-34, DR-57, DR-70, DR-277
 */
export function readSettings(place: Place, loose: readonly YamlEntry[]): ReadonlyMap<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const { key, value } of loose) addSetting(key.text, value, `${place.path}.${key.text}`, place, variables);
  const node = presentField(place, "settings");
  if (node === undefined) return variables;
  if (node.kind !== "mapping") {
    refuse(node, `${place.path}.settings`, "a mapping", place);
    return variables;
  }
  for (const { key, value } of node.entries.values()) {
    addSetting(key.text, value, `${place.path}.settings.${key.text}`, place, variables);
  }
  return variables;
}

function addSetting(name: string, value: YamlNode, path: string, place: Place, variables: Map<string, Variable>): void {
  if (isNull(value)) return;
  const variableName = `PLUGIN_${name.toUpperCase().replaceAll(/[-. ]/g, "_")}`;
  const secretName = textOf(valueAt(value, "from_secret"));
  const secret = secretName === undefined ? undefined : place.scope.secrets.need(secretName, path, value);
  if (secretName !== undefined && secret === undefined) return;
  const masked = secret !== undefined;
  variables.set(variableName, {
    value: secret ?? toSettingText(resolveSecrets(value, path, place)),
    masked,
    isPublic: !masked,
    origin: masked ? "secret" : "file",
  });
}

type Setting = { readonly text: string } | { readonly json: unknown; readonly list: readonly string[] | undefined };

function toSettingText(setting: Setting): string {
  if ("text" in setting) return setting.text;
  return setting.list === undefined ? JSON.stringify(setting.json) : setting.list.join(",");
}

function resolveSecrets(value: YamlNode, path: string, place: Place): Setting {
  if (value.kind === "scalar") return { text: value.text };
  const texts = value.kind === "sequence" ? value.items.map((item) => flatText(item, path, place)) : undefined;
  const list = texts?.every((text) => text !== undefined) === true ? texts.flatMap((text) => text ?? []) : undefined;
  return { json: jsonOf(value, path, place), list };
}

function flatText(item: YamlNode, path: string, place: Place): string | undefined {
  const secretName = textOf(valueAt(item, "from_secret"));
  if (secretName !== undefined) return place.scope.secrets.need(secretName, path, item) ?? "";
  return item.kind === "scalar" ? item.text : undefined;
}

/** Secrets may stand anywhere in a structure (Woodpecker). */
function jsonOf(node: YamlNode, path: string, place: Place): unknown {
  if (node.kind === "scalar") return toJsonValue(node);
  if (node.kind === "sequence") return node.items.map((item) => jsonOf(item, path, place));
  const secretName = textOf(valueAt(node, "from_secret"));
  if (secretName !== undefined) return place.scope.secrets.need(secretName, path, node) ?? "";
  return Object.fromEntries(
    [...node.entries.values()].map(({ key, value }) => [key.text, jsonOf(value, `${path}.${key.text}`, place)]),
  );
}
