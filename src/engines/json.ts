/** Reading JSON that an engine sent: every reader gives `undefined` or something empty for what is not there. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function toRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function toNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function toTexts(value: unknown): readonly string[] {
  return toList(value).filter((item): item is string => typeof item === "string");
}

/** A JSON object of texts: labels. */
export function toTextMap(value: unknown): ReadonlyMap<string, string> {
  const pairs = Object.entries(toRecord(value));
  return new Map(pairs.flatMap(([key, item]) => (typeof item === "string" ? [[key, item] as const] : [])));
}

/** `["A=1", "B"]` as engines write an environment; a name without `=` has an empty value. */
export function toEnvironment(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    toTexts(value).map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** `{"5432/tcp": {}, "53/udp": {}}` to `[5432]`: TCP only, ascending. */
export function toTcpPorts(value: unknown): readonly number[] {
  const ports = Object.keys(toRecord(value)).flatMap((key) => {
    const [port, protocol = "tcp"] = key.split("/");
    return protocol === "tcp" && port !== undefined && /^\d+$/.test(port) ? [Number(port)] : [];
  });
  return ports.sort((a, b) => a - b);
}

/** ISO text to epoch milliseconds; undefined for the zero time that Go writes for "never". */
export function toTime(value: unknown): number | undefined {
  const at = Date.parse(toText(value) ?? "");
  return Number.isNaN(at) || at <= 0 ? undefined : at;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
