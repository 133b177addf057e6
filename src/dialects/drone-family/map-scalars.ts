import { mappingOf, sequenceOf, type YamlEntry, type YamlNode, type YamlScalar } from "../../yaml/yaml-node.ts";

/** A tree with the text of its scalars and keys changed. What does not change is shared; an alias is walked once. */
export function mapScalars(root: YamlNode, change: (scalar: YamlScalar) => string): YamlNode {
  const done = new Map<YamlNode, YamlNode>();
  const visit = (node: YamlNode): YamlNode => {
    if (node.kind === "scalar") return changed(node, change);
    const known = done.get(node);
    if (known !== undefined) return known;
    const result = node.kind === "sequence" ? visitItems(node) : visitEntries(node);
    done.set(node, result);
    return result;
  };
  const visitItems = (node: Extract<YamlNode, { kind: "sequence" }>): YamlNode => {
    const items = node.items.map(visit);
    return items.every((item, index) => item === node.items[index]) ? node : sequenceOf(node, items);
  };
  const visitEntries = (node: Extract<YamlNode, { kind: "mapping" }>): YamlNode => {
    const entries = new Map<string, YamlEntry>();
    let isSame = true;
    for (const [name, entry] of node.entries) {
      const key = changed(entry.key, change);
      const value = visit(entry.value);
      if (key === entry.key && value === entry.value) {
        entries.set(name, entry);
        continue;
      }
      isSame = false;
      const newName = key === entry.key ? name : key.text;
      entries.set(entries.has(newName) ? `${newName}\0${entries.size}` : newName, { key, value });
    }
    return isSame ? node : mappingOf(node, entries);
  };
  return visit(root);
}

function changed(scalar: YamlScalar, change: (scalar: YamlScalar) => string): YamlScalar {
  const text = change(scalar);
  return text === scalar.text ? scalar : { ...scalar, text };
}
