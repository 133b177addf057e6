import { parse, TomlError } from "smol-toml";
import type { Diagnostic } from "../../text/diagnostic.ts";
import { findKeyPositions } from "./key-positions.ts";
import type { TomlFile } from "./toml-section.ts";

export type ReadToml =
  | { readonly kind: "read"; readonly file: TomlFile }
  | { readonly kind: "invalid"; readonly diagnostic: Diagnostic };

/** @param file as messages name it. */
export function readToml(file: string, text: string): ReadToml {
  try {
    const root = parse(text, { unsafeKeyBehaviour: "throw" });
    const positionOf = findKeyPositions(text);
    return { kind: "read", file: { file, text, root, placeOf: (path) => ({ file, ...positionOf(path) }) } };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library adds a picture of the place; ours is drawn from the position.
    const [message = "", reason = ""] = error.message.split("\n")[0]?.split(": ") ?? [];
    return {
      kind: "invalid",
      diagnostic: {
        severity: "error",
        code: "invalid-toml",
        message: reason === "" ? message : `not TOML: ${reason}`,
        at: { file, line: error.line, column: error.column },
      },
    };
  }
}
