/** The long suites run a sample in `npm test`, and in full in `npm run test:soak`. */
export const isSoak = process.env["OUTRIGGER_SOAK"] === "1";

/** The command that runs the tests of one file in full, for the line that says that only a part of them ran. */
export function inFull(file: string): string {
  return `npm run test:soak -- ${file}`;
}

/** Printed by the soak, so that its order can be had again: OUTRIGGER_SEED=... */
export const seed = Number(process.env["OUTRIGGER_SEED"] ?? "1");

/** Numbers from 0 to 1 that only depend on the seed (mulberry32). */
export function createRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** So many of the items by the seed, in their order; all of them in the soak. */
export function sampleOf<T>(items: readonly T[], count: number): readonly T[] {
  if (isSoak) return items;
  const random = createRandom(seed);
  const ranked = items.map((item) => ({ item, rank: random() })).toSorted((a, b) => a.rank - b.rank);
  const chosen = new Set(ranked.slice(0, count).map(({ item }) => item));
  return items.filter((item) => chosen.has(item));
}
