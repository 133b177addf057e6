// While a file is read for conversion its secrets have no values but marks, so that no target can print a value.

const MARK = /outrigger-secret<([^<>]+)>/g;

/** Stands for the value of a secret. */
export function markSecret(name: string): string {
  return `outrigger-secret<${name}>`;
}

/** The secret that a text is, when it is nothing else. */
export function secretOf(text: string): string | undefined {
  return /^outrigger-secret<([^<>]+)>$/.exec(text)?.[1];
}

/** Secrets that stand in a text, each once. */
export function secretsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(MARK)].flatMap((match) => match[1] ?? []))];
}

/** Puts a reference where each mark stands. */
export function replaceMarks(text: string, toReference: (name: string) => string): string {
  return text.replace(MARK, (_whole, name: string) => toReference(name));
}

/** `db-password` as a variable: `DB_PASSWORD`. */
export function toVariableName(secret: string): string {
  const name = secret.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
