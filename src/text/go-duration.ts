const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy;

/**
 * Milliseconds of a duration as programs written in Go have it: `1h30m`, `-90s`, `1.5h`, `0`.
 *
 * @returns undefined for any other text, `90` and `1 hour` too.
 */
export function parseGoDuration(text: string): number | undefined {
  const [, sign = "", amount = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (amount === "0") return 0;
  const parts = [...amount.matchAll(PART)];
  if (amount === "" || parts.map(([part]) => part).join("") !== amount) return undefined;
  const ms = parts.reduce((total, [, count, unit]) => total + Number(count) * (UNIT_MS[unit ?? ""] ?? 0), 0);
  return sign === "-" ? -ms : ms;
}
