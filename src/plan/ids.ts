/**
 * A text as an id of `[a-z0-9-]`, at most 40 characters, never empty: for names of containers, networks and files.
 */
function toId(text: string): string {
  const id = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return id === "" ? "x" : id;
}

/** Hands out ids that were not handed out before: `db`, `db-2`, `db-3`. */
export function createIdSource(reserved: readonly string[] = []): (text: string) => string {
  const taken = new Set(reserved);
  return (text) => {
    const base = toId(text);
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
    taken.add(id);
    return id;
  };
}
