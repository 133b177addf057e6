import type { Variable, Variables } from "../../model/variables.ts";

/**
 * Variables on top of others, which they hide by name. Two thousand jobs share the eighty variables that are the same
 * for all of them instead of copying them.
 */
export class LayeredVariables implements Variables {
  readonly #below: Variables;
  readonly #above: Variables;

  constructor(below: Variables, above: Variables) {
    this.#below = below;
    this.#above = above;
  }

  get size(): number {
    let size = this.#below.size;
    for (const name of this.#above.keys()) if (!this.#below.has(name)) size += 1;
    return size;
  }

  get(name: string): Variable | undefined {
    return this.#above.get(name) ?? this.#below.get(name);
  }

  has(name: string): boolean {
    return this.#above.has(name) || this.#below.has(name);
  }

  /** Each name once, in the place it has below. */
  *entries(): MapIterator<[string, Variable]> {
    for (const entry of this.#below) {
      const above = this.#above.get(entry[0]);
      yield above === undefined ? entry : [entry[0], above];
    }
    for (const entry of this.#above) if (!this.#below.has(entry[0])) yield entry;
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<Variable> {
    for (const [, variable] of this.entries()) yield variable;
  }

  [Symbol.iterator](): MapIterator<[string, Variable]> {
    return this.entries();
  }

  forEach(visit: (variable: Variable, name: string, all: Variables) => void): void {
    this.#below.forEach((variable, name) => {
      visit(this.#above.get(name) ?? variable, name, this);
    });
    this.#above.forEach((variable, name) => {
      if (!this.#below.has(name)) visit(variable, name, this);
    });
  }
}
