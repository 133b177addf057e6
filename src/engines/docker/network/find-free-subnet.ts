import { createHash } from "node:crypto";
import { type Cidr, overlaps, sizeOf } from "./cidr.ts";

/** The network's own address, its broadcast address and the gateway. */
const RESERVED_ADDRESSES = 3;
/** Room for containers that come and go: a cleaner, a user's own. */
const SPARE_ADDRESSES = 2;
/** Engines refuse smaller ones. */
const SMALLEST_PREFIX = 29;

/** Prefix of the smallest subnet that holds so many containers. */
export function prefixFor(containers: number): number {
  const needed = containers + RESERVED_ADDRESSES + SPARE_ADDRESSES;
  return Math.min(SMALLEST_PREFIX, 32 - Math.ceil(Math.log2(needed)));
}

/**
 * A subnet of the pool that touches none of the taken ranges; undefined when it has none.
 *
 * `seed` scatters where the search begins and how it steps, so that processes that choose at the same time rarely want
 * the same one.
 */
export function findFreeSubnet(pool: Cidr, prefix: number, taken: readonly Cidr[], seed: string): Cidr | undefined {
  const count = Math.floor(sizeOf(pool.prefix) / sizeOf(prefix));
  const nearby = taken.filter((range) => overlaps(range, pool));
  const digest = createHash("sha256").update(seed).digest();
  // Counts are powers of two: an odd step visits every place.
  const step = (digest.readUInt32BE(0) | 1) >>> 0;
  let place = digest.readUInt32BE(4) % Math.max(1, count);
  for (let tried = 0; tried < count; tried++) {
    const subnet: Cidr = { base: pool.base + place * sizeOf(prefix), prefix };
    if (!nearby.some((range) => overlaps(range, subnet))) return subnet;
    place = (place + step) % count;
  }
  return undefined;
}
