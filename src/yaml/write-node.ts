import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { psychText, psychValue } from "./psych-scalar.ts";
import { isLocalTag, type YamlMapping, type YamlNode, type YamlScalar } from "./yaml-node.ts";

/** Characters that no block and no plain text may hold, and line ends that readers disagree about. */
const UNPRINTABLE = /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]--[\n\t]]/v;

/**
 * A tree as YAML text that reads as the same tree: every scalar keeps what it is to Ruby's reader, `012` and `yes`
 * included, and local tags stay. Anchors are written out.
 */
export function writeNode(root: YamlMapping): string {
  // Nothing is a number or a boolean to this schema, so that it quotes nothing by itself that is plain text.
  const document = new Document(null, { schema: "failsafe" });
  document.contents = toNode(root);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function toNode(node: YamlNode): Scalar | YAMLMap | YAMLSeq {
  if (node.kind === "scalar") return toScalar(node);
  const collection = node.kind === "sequence" ? new YAMLSeq() : new YAMLMap();
  if (isLocalTag(node.tag) && node.tag !== undefined) collection.tag = node.tag;
  if (node.kind === "sequence") {
    collection.items = node.items.map(toNode);
    collection.flow = node.items.length === 0 || isLocalTag(node.tag);
  } else {
    collection.items = [...node.entries.values()].map(({ key, value }) => new Pair(toScalar(key), toNode(value)));
    collection.flow = node.entries.size === 0;
  }
  return collection;
}

function toScalar(scalar: YamlScalar): Scalar {
  const { type } = psychValue(scalar);
  if (type !== "string") return styled(type === "null" ? "null" : scalar.text, "PLAIN");
  const text = psychText(scalar);
  const readsAsText = psychValue({ ...scalar, text, plain: true, tag: undefined }).type === "string" && text !== "=";
  if (UNPRINTABLE.test(text)) return styled(text, "QUOTE_DOUBLE");
  if (text.includes("\n")) return styled(text, "BLOCK_LITERAL");
  return styled(text, readsAsText && text !== "<<" ? "PLAIN" : "QUOTE_DOUBLE");
}

function styled(text: string, style: Scalar.Type): Scalar {
  const scalar = new Scalar(text);
  scalar.type = style;
  return scalar;
}
