const SUFFIXES: ReadonlyMap<string, bigint> = new Map([
  ["n", 1n],
  ["u", 1_000n],
  ["m", 1_000_000n],
  ["", 1_000_000_000n],
  ["k", 10n ** 12n],
  ["M", 10n ** 15n],
  ["G", 10n ** 18n],
  ["T", 10n ** 21n],
  ["P", 10n ** 24n],
  ["E", 10n ** 27n],
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((name, n) => [name, 10n ** 9n * 1024n ** BigInt(n + 1)] as const),
]);

/**
 * An amount in the cluster's own form, in billionths: `500m`, `1Gi`, `0.5`, `1e3`. Finer than a billionth is rounded up,
 * as the API does.
 *
 * @returns `undefined` when it is none.
 */
export function parseQuantity(text: string): bigint | undefined {
  const match = /^\+?(\d*)(?:\.(\d*))?(?:([a-zA-Z]{1,2})|[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", suffix = "", exponent = "0"] = match;
  const unit = SUFFIXES.get(suffix);
  if (unit === undefined || whole + fraction === "") return undefined;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction) * unit;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits + divisor - 1n) / divisor;
}
