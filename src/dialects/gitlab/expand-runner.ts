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
  return text.replace(REFERENCE, (_match, braced?: string, name?: string, special?: string) => {
    if (braced !== undefined) return braced === "$" ? "$" : (lookUp(braced) ?? "");
    if (name !== undefined) return lookUp(name) ?? "";
    return special === "$" ? "$" : "";
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

const REFERENCE = /\$(?:\{([^}]+)\}|([A-Za-z_][A-Za-z0-9_]*)|([$*#@!?\-0-9])|\{\}|\{)/g;
