export type NamedValue = readonly [name: string, value: string];

/** What nobody knows is not set: in conditions it is null, not empty (GY-114). */
export function present(name: string, value: string | undefined): readonly NamedValue[] {
  return value === undefined ? [] : [[name, value]];
}
