import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import type { Place, Scope } from "./scope.ts";
import { fieldsOf, isNull, textOf, valueOf } from "./values.ts";

/** A part of a file that holds containers: `services`, `compose`, `pipeline`, `steps`, `script`. */
export interface Section {
  readonly kind: Place["kind"];
  /** The section's name in the file, which begins every path. */
  readonly path: string;
  readonly node: YamlNode;
  /** The section is itself one container, under its own name: 0.4's `build`. */
  readonly isContainer?: true;
}

/** Its containers in file order, repeated names included: a mapping by name, or a list with `name`. @source DR-36, DR-70 */
export function readSection(section: Section, scope: Scope): readonly Place[] {
  const { node, path, kind } = section;
  if (isNull(node)) return [];
  if (node.kind === "sequence") {
    return node.items.flatMap((item, index) => readItem(item, index, section, scope) ?? []);
  }
  if (node.kind === "mapping") {
    return [...node.entries.values()].flatMap(({ key, value }) => {
      const own = section.isContainer === true ? path : `${path}.${key.text}`;
      const body = bodyOf(value, own, scope);
      if (body === undefined && !isNull(value)) return [];
      const name = (body === undefined ? undefined : textOf(valueOf(body, "name"))) ?? key.text;
      return [toPlace(kind, name, own, key, body, scope)];
    });
  }
  scope.findings.error({
    code: "invalid-section",
    text: `${path}: expected ${kind}s by name, or a list of them`,
    at: node,
    path,
  });
  return [];
}

function readItem(item: YamlNode, index: number, section: Section, scope: Scope): Place | undefined {
  const path = `${section.path}[${index}]`;
  const body = bodyOf(item, path, scope);
  if (body === undefined) return isNull(item) ? tellNull(item, path, scope) : undefined;
  const name = textOf(valueOf(body, "name"));
  if (name !== undefined) return toPlace(section.kind, name, `${section.path}.${name}`, item, body, scope);
  if (section.kind === "service") {
    scope.findings.error({
      code: "missing-name",
      text: `${path}: name is required (it becomes the host name)`,
      at: item,
      path,
    });
    return undefined;
  }
  const made = `step-${index}`;
  if (scope.rules.id === "drone-1") {
    scope.findings.warn({
      code: "missing-name",
      text: `Linter: invalid or missing step name: ${path} is called "${made}" here`,
      at: item,
      path,
    });
  }
  return toPlace("step", made, path, item, body, scope);
}

function tellNull(item: YamlNode, path: string, scope: Scope): undefined {
  scope.findings.warn({ code: "empty-item", text: `${path}: an empty item is skipped`, at: item, path });
}

function bodyOf(node: YamlNode, path: string, scope: Scope): YamlMapping | undefined {
  if (node.kind === "mapping") return node;
  if (isNull(node)) return undefined;
  scope.findings.error({
    code: "invalid-container",
    text: `${path}: expected a mapping such as { image: NAME }`,
    at: node,
    path,
  });
  return undefined;
}

export function toPlace(
  kind: Place["kind"],
  name: string,
  path: string,
  key: YamlNode,
  body: YamlMapping | undefined,
  scope: Scope,
): Place {
  const fields = body === undefined ? new Map() : fieldsOf(body, path, scope.findings);
  return { kind, name, path, key, body, fields, scope, access: [], anonymous: [] };
}
