import type { Variable } from "../../model/variables.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, refuse, warnForm } from "./accept.ts";
import type { Place } from "./scope.ts";
import { isNull, isPlainNonString, textOf, textsOf, toJsonValue, valueAt } from "./values.ts";

/** The container's own `environment` and `secrets`. @source DR-11, DR-39, DR-45, DR-53, DR-60, DR-276, DR-277 */
export function readEnvironment(place: Place): ReadonlyMap<string, Variable> {
  const variables = new Map<string, Variable>();
  const node = presentField(place, "environment");
  const path = `${place.path}.environment`;
  if (node !== undefined) readEnvironmentValue(node, path, place, variables);
  for (const [name, variable] of readSecretList(place)) variables.set(name, variable);
  return variables;
}

export function readEnvironmentValue(
  node: YamlNode,
  path: string,
  place: Place,
  variables: Map<string, Variable>,
): void {
  const { id } = place.scope.rules;
  if (node.kind === "mapping") {
    for (const { key, value } of node.entries.values()) {
      const variable = readValue(value, `${path}.${key.text}`, place);
      if (variable !== undefined) variables.set(key.text, variable);
    }
    return;
  }
  if (id === "drone-1" || id === "woodpecker") warnForm(place, node, path, "a list; it wants a mapping");
  for (const item of node.kind === "sequence" ? node.items : [node]) readItem(item, path, place, variables);
}

/** `KEY=VALUE`; a mapping in the list counts as well (`- KEY: value` is a slip that is easily made). */
function readItem(item: YamlNode, path: string, place: Place, variables: Map<string, Variable>): void {
  const text = textOf(item);
  if (item.kind === "mapping") readEnvironmentValue(item, path, place, variables);
  else if (text === undefined) {
    if (!isNull(item)) refuse(item, path, "KEY=VALUE", place);
  } else {
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    // 0.5 dropped an entry without `=`, 0.8 took it for empty; an empty variable serves both.
    variables.set(name.trim(), plain(equals === -1 ? "" : text.slice(equals + 1)));
  }
}

function readValue(value: YamlNode, path: string, place: Place): Variable | undefined {
  if (isNull(value)) return undefined;
  const { id } = place.scope.rules;
  if (value.kind === "scalar") {
    if (id === "drone-0.8" && isPlainNonString(value)) {
      warnForm(place, value, path, `${value.text} without quotes: a map's values had to be strings`);
    }
    return plain(value.text);
  }
  const secretName = textOf(valueAt(value, "from_secret"));
  if (secretName !== undefined) {
    const secret = place.scope.secrets.need(secretName, path, value);
    return secret === undefined ? undefined : { value: secret, masked: true, isPublic: false, origin: "secret" };
  }
  if (id === "woodpecker") return plain(JSON.stringify(toJsonValue(value)));
  return refuse(value, path, "a text or from_secret", place);
}

/** `secrets: [name, {source, target}]`: each becomes a variable in capitals. */
function readSecretList(place: Place): readonly (readonly [string, Variable])[] {
  const node = presentField(place, "secrets");
  if (node === undefined) return [];
  const path = `${place.path}.secrets`;
  const items = node.kind === "sequence" ? node.items : [node];
  return items.flatMap((item, index) => {
    const source = textOf(item) ?? textOf(valueAt(item, "source"));
    const target = textOf(item) ?? textOf(valueAt(item, "target")) ?? source;
    if (source === undefined || target === undefined) {
      refuse(item, `${path}[${index}]`, "a name, or source and target", place);
      return [];
    }
    const value = place.scope.secrets.need(source, `${path}[${index}]`, item);
    if (value === undefined) return [];
    return [[target.toUpperCase(), { value, masked: true, isPublic: false, origin: "secret" }] as const];
  });
}

function plain(value: string): Variable {
  return { value, masked: false, isPublic: true, origin: "file" };
}

/** Commands, one string each; a text of several lines stays one command. */
export function readCommands(place: Place): readonly string[] | undefined {
  const node = presentField(place, "commands");
  if (node === undefined) return undefined;
  return textsOf(node) ?? refuse(node, `${place.path}.commands`, "a list of commands, each a text", place);
}
