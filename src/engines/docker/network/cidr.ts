/** A range of IPv4 addresses. `base` is the first one as a number, with all host bits zero. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

/** @returns `undefined` for a text that is no IPv4 range. Host bits that are set are dropped. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  return toCidr(((a * 256 + b) * 256 + c) * 256 + d, prefix);
}

export function toCidr(address: number, prefix: number): Cidr {
  return { base: address - (address % sizeOf(prefix)), prefix };
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join(".")}/${prefix}`;
}

/** Addresses in a range of this prefix. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.base < other.base + sizeOf(other.prefix) && other.base < one.base + sizeOf(one.prefix);
}
