/** A variable as the server sees it, with the one of the same name that it hides. */
export interface ServerVariable {
  readonly name: string;
  readonly value: string;
  /** Its `$` mean nothing, here and where it is put in. */
  readonly raw: boolean;
  readonly hides: ServerVariable | undefined;
}

const TOKEN = /\$\$|%%|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|%([A-Za-z_][A-Za-z0-9_]*)%/g;

export function mayRefer(value: string): boolean {
  return value.includes("$") || value.includes("%");
}

/**
 * Expands variables' values as GitLab's server does while it makes a job: fully, a value put in being expanded itself.
 *
 * `$$` and `%%` stay; an unknown name stays as written, because the runner or the shell may know it. A variable that
 * names itself takes the value it hides, or stays as written.
 *
 * @source GY-100 to GY-104
 */
export class ServerExpansion {
  readonly #lookUp: (name: string) => ServerVariable | undefined;
  /** Undefined: nothing had to be expanded, as in most jobs. */
  #done: Map<ServerVariable, string> | undefined;
  readonly #open: ServerVariable[] = [];
  #circle: readonly string[] | undefined;

  constructor(lookUp: (name: string) => ServerVariable | undefined) {
    this.#lookUp = lookUp;
  }

  /** Names that refer to each other in a circle, in the order they do; the job is then refused. */
  get circle(): readonly string[] | undefined {
    return this.#circle;
  }

  expand(variable: ServerVariable): string {
    if (variable.raw || !mayRefer(variable.value)) return variable.value;
    const known = this.#done?.get(variable);
    if (known !== undefined) return known;
    if (this.#open.length >= MAX_CHAIN) return variable.value;
    this.#open.push(variable);
    const value = variable.value.replace(TOKEN, (match, bare?: string, braced?: string, percent?: string) => {
      const name = bare ?? braced ?? percent;
      return name === undefined ? match : (this.#valueOf(name, variable) ?? match);
    });
    this.#open.pop();
    const limited = value.length > MAX_LENGTH ? variable.value : value;
    this.#done ??= new Map();
    this.#done.set(variable, limited);
    return limited;
  }

  #valueOf(name: string, from: ServerVariable): string | undefined {
    const target = name === from.name ? from.hides : this.#lookUp(name);
    if (target === undefined) return undefined;
    const at = this.#open.indexOf(target);
    if (at === -1) return this.expand(target);
    this.#circle ??= this.#open.slice(at).map((variable) => variable.name);
    return undefined;
  }
}

/** The text of a field that the server expands for good: an unknown name becomes nothing. @source GY-101, GY-107 */
export function expandOrDrop(text: string, lookUp: (name: string) => string | undefined): string {
  return expandTokens(text, (name) => lookUp(name) ?? "");
}

/** The text of a field that the runner or the shell may expand further: an unknown name stays. @source GY-101, GY-107 */
export function expandOrKeep(text: string, lookUp: (name: string) => string | undefined): string {
  return expandTokens(text, lookUp);
}

/** Names that a text refers to, as often as it does. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(TOKEN)].flatMap(([, bare, braced, percent]) => bare ?? braced ?? percent ?? []);
}

function expandTokens(text: string, replace: (name: string) => string | undefined): string {
  return text.replace(TOKEN, (match, bare?: string, braced?: string, percent?: string) => {
    const name = bare ?? braced ?? percent;
    return name === undefined ? match : (replace(name) ?? match);
  });
}

/** Longer chains are no person's work; they keep their references, for the runner to expand. */
const MAX_CHAIN = 500;

/** A few variables that double each other would fill the memory; what grows beyond this keeps its references. */
const MAX_LENGTH = 1024 * 1024;
