/**
 * The value of an option on a server's command line: `--port 1`, `--port=1`, in one word or several.
 *
 * @param names of the option, `-p` and `--port`.
 */
export function findServerOption(command: readonly string[] | undefined, names: readonly string[]): string | undefined {
  const words = (command ?? []).flatMap((word) => word.split(/\s+/));
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1];
    const name = names.find((candidate) => candidate.startsWith("--") && word.startsWith(`${candidate}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return undefined;
}

/** As {@link findServerOption}, for a port; `otherwise` when there is none, or none that can be one. */
export function findServerPort(
  command: readonly string[] | undefined,
  names: readonly string[],
  otherwise: number,
): number {
  const text = findServerOption(command, names);
  const port = Number(text);
  return text !== undefined && /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : otherwise;
}
