/** Ends a `switch` over a union: the compiler lists what is missing, and a value from outside still fails loudly. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
