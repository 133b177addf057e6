/** A type whose members that may be undefined are absent instead. */
export type Defined<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy without the members that are undefined: `exactOptionalPropertyTypes` tells absent from undefined, and so do we. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  const defined: Record<string, unknown> = {};
  for (const key in value) if (value[key] !== undefined) defined[key] = value[key];
  // The members are the value's own, minus what Defined<T> leaves out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return defined as Defined<T>;
}
