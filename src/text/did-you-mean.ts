/**
 * The known word a person most likely meant: one or two slips away, or the same in another case.
 *
 * @returns `undefined` when nothing is near. Of equally near words the first known one.
 */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  const limit = wanted.length <= 3 ? 1 : Math.min(3, Math.ceil(wanted.length / 4) + 1);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (candidate === word || Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = slipsBetween(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance && distance < wanted.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** More misspellings than a person looks at; a file with thousands of them takes linear time all the same. */
const MAX_SEARCHES = 50;

/** Looks for many words among the same known ones, each once, and stops looking after fifty. */
export class NearestWords {
  readonly #known: readonly string[];
  readonly #found = new Map<string, string | undefined>();

  constructor(known: Iterable<string>) {
    this.#known = [...known];
  }

  find(word: string): string | undefined {
    if (!this.#found.has(word) && this.#found.size < MAX_SEARCHES) this.#found.set(word, didYouMean(word, this.#known));
    return this.#found.get(word);
  }
}

/** Letters added, left out, changed, or swapped with their neighbour; stops counting at `limit`. */
function slipsBetween(a: string, b: string, limit: number): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(slips);
    }
    if (Math.min(...row) >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
