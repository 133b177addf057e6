// Says how far a scan may jump, by the last bytes of a window as long as the shortest pattern (Wu and Manber, 1994).

/** Longer windows jump further but see more blocks that forbid it. */
const MAX_WINDOW = 12;
const TABLE_SIZE = 0x10000;

export interface SkipTable {
  readonly window: number;
  /** How far no pattern can start, by {@link blockIndex}; 0: one may start right here. */
  readonly jumps: Uint8Array;
  /** 255 when a block is three bytes, 0 when it is two: short windows need short blocks. */
  readonly thirdByte: number;
}

/** @param patterns not empty, each at least three bytes long. */
export function buildSkipTable(patterns: readonly Uint8Array[]): SkipTable {
  const shortest = patterns.reduce((least, pattern) => Math.min(least, pattern.length), MAX_WINDOW);
  const blockLength = shortest < 5 ? 2 : 3;
  const thirdByte = blockLength === 2 ? 0 : 0xff;
  const jumps = new Uint8Array(TABLE_SIZE).fill(shortest - blockLength + 1);
  for (const pattern of patterns) {
    for (let last = blockLength - 1; last < shortest; last++) {
      const index = blockIndex(pattern[last - 2] ?? 0, pattern[last - 1] ?? 0, pattern[last] ?? 0, thirdByte);
      jumps[index] = Math.min(jumps[index] ?? 0, shortest - 1 - last);
    }
  }
  return { window: shortest, jumps, thirdByte };
}

/**
 * The first place at or after `from` where a pattern may start, or where fewer bytes are left than the window needs.
 */
export function skipAhead(table: SkipTable, data: Uint8Array, from: number): number {
  const { jumps, thirdByte } = table;
  const ahead = table.window - 1;
  const end = data.length;
  let last = from + ahead;
  while (last < end) {
    const jump = jumps[blockIndex(data[last - 2] ?? 0, data[last - 1] ?? 0, data[last] ?? 0, thirdByte)] ?? 0;
    if (jump === 0) break;
    last += jump;
  }
  return last - ahead;
}

/** Blocks that share an index only make jumps shorter. */
function blockIndex(first: number, second: number, third: number, thirdByte: number): number {
  return (((first & thirdByte) << 10) ^ (second << 5) ^ third) & (TABLE_SIZE - 1);
}
