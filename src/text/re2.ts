import { createRequire } from "node:module";

/** A regular expression of RE2: no lookaround, no back references, and time linear to the text whatever it says. */
export interface Re2 {
  /** Whether it fits anywhere in the text. */
  isFoundIn(text: string): boolean;
  /** The last place where it fits: the whole match, then its groups; a group that took no part is undefined. */
  lastMatchIn(text: string): readonly (string | undefined)[] | undefined;
}

type Library = typeof import("re2js");

/**
 * @param flags of `i`, `m`, `s` and `U`.
 * @returns undefined when RE2 does not know the syntax.
 */
export function compileRe2(body: string, flags = ""): Re2 | undefined {
  const { RE2JS, RE2JSException } = loadLibrary();
  try {
    const compiled = RE2JS.compile(flags === "" ? body : `(?${flags})${body}`);
    return {
      isFoundIn: (text) => compiled.matcher(text).find(),
      lastMatchIn: (text) => {
        const matcher = compiled.matcher(text);
        let last: readonly (string | undefined)[] | undefined;
        while (matcher.find()) {
          last = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
        }
        return last;
      },
    };
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** Loaded with the first expression: most files have none, and it takes longer than reading a small file. */
function loadLibrary(): Library {
  const library: Library = createRequire(import.meta.url)("re2js");
  return library;
}
