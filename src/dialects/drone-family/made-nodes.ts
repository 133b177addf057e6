// Nodes the file does not have in this form, at the place of what they were made of: messages still point into the file.

import { mappingOf, type YamlEntry, type YamlMapping, type YamlNode, type YamlScalar } from "../../yaml/yaml-node.ts";

export function scalarAt(like: YamlNode, text: string): YamlScalar {
  return { kind: "scalar", text, plain: true, tag: undefined, source: like.source, offset: like.offset };
}

export function mappingAt(like: YamlNode, values: Readonly<Record<string, YamlNode>>): YamlMapping {
  const entries = Object.entries(values).map(([name, value]): [string, YamlEntry] => [
    name,
    { key: scalarAt(value, name), value },
  ]);
  return mappingOf({ ...like, tag: undefined }, new Map(entries));
}
