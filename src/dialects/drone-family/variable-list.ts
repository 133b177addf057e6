import type { Variable, Variables } from "../../model/variables.ts";

export type NamedValue = readonly [name: string, value: string];

export function toVariables(values: readonly NamedValue[], origin: string, masked = false): Map<string, Variable> {
  return new Map(values.map(([name, value]) => [name, { value, masked, isPublic: !masked, origin }]));
}

/** Later layers win; a name keeps the place it had first. */
export function layer(...layers: readonly Variables[]): Variables {
  const all = new Map<string, Variable>();
  for (const one of layers) for (const [name, variable] of one) all.set(name, variable);
  return all;
}

/** What 0.8 and 1.x drop: they never pass an empty value on (DR-268). */
export function withoutEmpty(values: readonly NamedValue[]): readonly NamedValue[] {
  return values.filter(([, value]) => value !== "");
}
