// What a service may write to disk, and what becomes of the rest.

/** In characters. */
export interface LogRate {
  /** Written at once, after a quiet time or at the beginning. */
  readonly burst: number;
  readonly perSecond: number;
}

/** How much of the end of what was dropped is kept, in characters: a service's last words say most. */
const TAIL_LENGTH = 262_144;

/** Lets lines through as long as their rate allows it. Once it does not, a quiet time is needed before it does again. */
export class LogRateLimit {
  readonly #rate: LogRate;
  readonly #enoughToResume: number;
  #room: number;
  #refilledAt: string | undefined;
  #isOver = false;

  constructor(rate: LogRate) {
    this.#rate = rate;
    this.#room = rate.burst;
    this.#enoughToResume = Math.min(rate.burst, 2 * TAIL_LENGTH);
  }

  /** @param t when the line was written, as ISO 8601. */
  admits(length: number, t: string): boolean {
    if (this.#isOver || length > this.#room) this.#refill(t);
    this.#refilledAt ??= t;
    if (this.#isOver && this.#room < this.#enoughToResume) return false;
    // The kept end of what was dropped is written with this line.
    if (this.#isOver) this.#room -= Math.min(TAIL_LENGTH, this.#room);
    this.#isOver = length > this.#room;
    if (!this.#isOver) this.#room -= length;
    return !this.#isOver;
  }

  #refill(t: string): void {
    if (this.#refilledAt === undefined || t === this.#refilledAt) return;
    const passedMs = Math.max(0, Date.parse(t) - Date.parse(this.#refilledAt));
    this.#room = Math.min(this.#rate.burst, this.#room + (passedMs / 1000) * this.#rate.perSecond);
    this.#refilledAt = t;
  }
}

/** The lines that were not let through: counted, and the last of them kept. */
export class DroppedLines {
  #tail: string[] = [];
  #tailLength = 0;
  #lines = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#tail.length === 0;
  }

  add(line: string): void {
    this.#tail.push(line);
    this.#tailLength += line.length;
    // Cutting now and then is cheaper than with every line.
    if (this.#tailLength >= 2 * TAIL_LENGTH) this.#forgetSurplus();
  }

  /** What was kept, and how much is gone for good; empty from then on. */
  take(): { readonly tail: readonly string[]; readonly lines: number; readonly bytes: number } {
    this.#forgetSurplus();
    const taken = { tail: this.#tail, lines: this.#lines, bytes: this.#bytes };
    this.#tail = [];
    this.#tailLength = 0;
    this.#lines = 0;
    this.#bytes = 0;
    return taken;
  }

  #forgetSurplus(): void {
    let count = 0;
    for (; this.#tailLength > TAIL_LENGTH && count < this.#tail.length - 1; count++) {
      const line = this.#tail[count] ?? "";
      this.#tailLength -= line.length;
      this.#bytes += Buffer.byteLength(line);
    }
    this.#lines += count;
    this.#tail.splice(0, count);
  }
}
