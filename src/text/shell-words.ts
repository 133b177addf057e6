/**
 * Splits a text into words as a POSIX shell does: blanks between words, single and double quotes, backslashes. Nothing is
 * expanded; `#`, `|`, `;` and their like are ordinary characters.
 *
 * @returns `undefined` when a quote is left open, or the text ends in a lone backslash.
 * @source DR-47, DR-60
 */
export function splitShellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const pattern = /([ \t\r\n]+)|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|([\s\S])/g;
  let word: string | undefined;
  for (const [, blank, single, double, escaped, plain, rest] of text.matchAll(pattern)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (rest !== undefined && /['"\\]/.test(rest)) {
      return undefined;
    } else {
      word = `${word ?? ""}${single ?? unescapeQuoted(double) ?? continueLine(escaped) ?? plain ?? rest ?? ""}`;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** In double quotes a backslash only hides `$`, a backtick, `"`, `\` and the end of a line. */
function unescapeQuoted(text: string | undefined): string | undefined {
  return text?.replace(/\\([$`"\\\n])/g, (_, hidden: string) => (hidden === "\n" ? "" : hidden));
}

function continueLine(character: string | undefined): string | undefined {
  return character === "\n" ? "" : character;
}

/** As one word for a POSIX shell, whatever it holds. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
