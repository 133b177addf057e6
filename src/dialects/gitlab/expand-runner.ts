/**
 * Expands `$NAME` and `${NAME}` as GitLab Runner does: one pass, nothing that came in is looked at again.
 *
 * `$$` becomes `$`; `$*`, `$#`, `$@`, `$!`, `$?`, `$-` and `$0` to `$9` vanish; `${}` and an open `${` vanish; any other
 * `$` stays. `%NAME%` is not touched.
 *
 * @param lookUp answers `undefined` for a name nobody set: it becomes nothing.
 * @source GS-301, GY-105
 */
export function expandRunner(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes("$")) return text;
  let length = text.length;
  return text.replace(REFERENCE, (match, braced?: string, name?: string, special?: string) => {
    const asked = braced ?? name;
    if (asked === undefined || asked === "$") return special === "$" || asked === "$" ? "$" : "";
    const value = lookUp(asked) ?? "";
    length += value.length;
    return length > MAX_LENGTH ? match : value;
  });
}

/** Names a text refers to, in order, in the runner's reading. */
export function referencedNames(text: string): readonly string[] {
  const names: string[] = [];
  expandRunner(text, (name) => {
    names.push(name);
    return undefined;
  });
  return names;
}

/** A few variables that double each other would fill the memory; beyond this, references stay as they are. */
const MAX_LENGTH = 1024 * 1024;

const REFERENCE = /\$(?:\{([^}]+)\}|([A-Za-z_][A-Za-z0-9_]*)|([$*#@!?\-0-9])|\{\}|\{)/g;
