/**
 * Names that lead to each other in a circle, in order. Without recursion, so that a chain of any length is fine; linear
 * in names and links.
 *
 * @param linkOf the link of a name at an index; undefined behind the last.
 */
export function findCircle(
  names: readonly string[],
  linkOf: (name: string, index: number) => string | undefined,
): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of names) {
    if (linkOf(start, 0) === undefined) continue;
    const trail: { readonly name: string; next: number }[] = done.has(start) ? [] : [{ name: start, next: 0 }];
    const open = new Set([start]);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const link = linkOf(top.name, top.next);
      top.next += 1;
      if (link === undefined) {
        done.add(top.name);
        open.delete(top.name);
        trail.pop();
      } else if (open.has(link)) {
        return trail.slice(trail.findIndex(({ name }) => name === link)).map(({ name }) => name);
      } else if (!done.has(link)) {
        open.add(link);
        trail.push({ name: link, next: 0 });
      }
    }
  }
  return undefined;
}
