import { parseDocument } from "yaml";

export type ReadValue =
  | { readonly kind: "read"; readonly value: unknown }
  /** `line` counts from 1 in the text given. */
  | { readonly kind: "invalid"; readonly reason: string; readonly line: number };

/** A YAML or JSON text as plain values, for parts that another program will read. */
export function readValue(text: string): ReadValue {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error === undefined) return { kind: "read", value: document.toJS({ maxAliasCount: 100 }) };
  return { kind: "invalid", reason: error.message, line: text.slice(0, error.pos[0]).split("\n").length };
}
