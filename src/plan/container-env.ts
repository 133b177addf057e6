import type { Variables } from "../model/variables.ts";

/**
 * What a container sees of its variables: names and values. It looks them up where they are: copies, a hundred values for
 * each of ten thousand jobs, would be most of a plan.
 */
export class ContainerEnv implements ReadonlyMap<string, string> {
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  get size(): number {
    return this.#variables.size;
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  has(name: string): boolean {
    return this.#variables.has(name);
  }

  *entries(): MapIterator<[string, string]> {
    for (const [name, { value }] of this.#variables) yield [name, value];
  }

  keys(): MapIterator<string> {
    return this.#variables.keys();
  }

  *values(): MapIterator<string> {
    for (const { value } of this.#variables.values()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  forEach(visit: (value: string, name: string, all: ReadonlyMap<string, string>) => void): void {
    this.#variables.forEach(({ value }, name) => {
      visit(value, name, this);
    });
  }
}
