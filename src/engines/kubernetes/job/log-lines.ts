/** `2026-01-02T03:04:05.123456789Z ` before every entry of a log. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d) /;
const LONGEST_STAMP = 40;

/** Runtimes cut longer lines into entries of this size, and some clusters stamp each of them. */
const ENTRY_BYTES = 16_384;

/** Length of a stamp without its fraction. */
const SECONDS = "2026-01-02T03:04:05".length;
/** What comes next may have an earlier stamp than what came last. */
const EARLIER_MS = 1_000;

const NOTHING = Buffer.alloc(0);

/** How far a log was handed on. Stamps repeat, so entries of one stamp are counted. */
interface Place {
  readonly stamp: string;
  /** Entries with this stamp that have begun, at least 1. */
  readonly entries: number;
  /** Bytes of the last of them. */
  readonly bytes: number;
}

/**
 * Takes the time stamps out of a container's log and remembers how far it got, so that a stream that begins again a little
 * earlier is handed on from where the last one ended: nothing is lost, nothing comes twice.
 */
export class LogLines {
  #place: Place | undefined;
  /**
   * Of all entries handed on. Entries are stamped before they are written, so two streams of a container get into its log
   * in another order than their stamps'.
   */
  #newestStamp = "";
  /** This stream is past what was handed on before it. */
  #isCaughtUp = false;
  /** Where this stream reads; undefined before its first entry. */
  #at: Place | undefined;
  #rest: Buffer = NOTHING;
  #state: "stamp" | "entry" | "boundary" | "foreign" = "stamp";
  #entryBytes = 0;

  /** Begins a new stream. @returns the time it should begin at; undefined: the beginning. */
  since(): string | undefined {
    this.#at = undefined;
    this.#rest = NOTHING;
    this.#state = "stamp";
    this.#entryBytes = 0;
    this.#isCaughtUp = false;
    if (this.#place === undefined) return undefined;
    const second = Date.parse(`${this.#place.stamp.slice(0, SECONDS)}Z`);
    return new Date(second - EARLIER_MS).toISOString().replace(/\.\d+Z$/, "Z");
  }

  /** @returns what is new of it, without stamps. */
  take(chunk: Uint8Array): Uint8Array {
    let data = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    const fresh: Buffer[] = [];
    while (data.length > 0) {
      if (this.#state === "foreign") {
        const lineEnd = data.indexOf(10);
        if (lineEnd >= 0) this.#state = "stamp";
        data = lineEnd < 0 ? NOTHING : data.subarray(lineEnd + 1);
        continue;
      }
      if (this.#state === "entry") {
        const piece = this.#pieceOf(data);
        data = data.subarray(piece.length);
        fresh.push(this.#pass(piece));
        continue;
      }
      const taken = this.#takeStamp(data);
      if (taken === undefined) {
        this.#rest = data;
        break;
      }
      data = data.subarray(taken);
    }
    return Buffer.concat(fresh);
  }

  /** @returns bytes of the stamp; undefined when too little is there to tell. */
  #takeStamp(data: Buffer): number | undefined {
    const head = data.subarray(0, LONGEST_STAMP).toString("latin1");
    const match = STAMP.exec(head);
    if (match === null && data.length < LONGEST_STAMP && !head.includes("\n")) return undefined;
    if (match === null) {
      // The rest of a long line; anywhere else the cluster speaks for itself: that it has lost the container, for one.
      this.#state = this.#state === "boundary" ? "entry" : "foreign";
      this.#entryBytes = 0;
      return 0;
    }
    this.#state = "entry";
    this.#entryBytes = 0;
    const [whole, seconds = "", fraction = ""] = match;
    const stamp = `${seconds}.${fraction.padEnd(9, "0")}`;
    const entries = this.#at?.stamp === stamp ? this.#at.entries + 1 : 1;
    this.#at = { stamp, entries, bytes: 0 };
    return whole.length;
  }

  #pieceOf(data: Buffer): Buffer {
    const lineEnd = data.indexOf(10);
    const length = Math.min(lineEnd < 0 ? data.length : lineEnd + 1, ENTRY_BYTES - this.#entryBytes);
    this.#entryBytes += length;
    if (lineEnd >= 0 && length === lineEnd + 1) this.#state = "stamp";
    else if (this.#entryBytes === ENTRY_BYTES) this.#state = "boundary";
    return data.subarray(0, length);
  }

  #pass(piece: Buffer): Buffer {
    const at = this.#at;
    if (at === undefined) return piece;
    const now = { ...at, bytes: at.bytes + piece.length };
    this.#at = now;
    if (!this.#isCaughtUp) {
      const known = this.#place;
      if (known === undefined || at.stamp > this.#newestStamp) this.#isCaughtUp = true;
      else if (at.stamp !== known.stamp || at.entries !== known.entries || now.bytes < known.bytes) return NOTHING;
      else {
        this.#isCaughtUp = true;
        this.#place = now;
        return piece.subarray(piece.length - (now.bytes - known.bytes));
      }
    }
    this.#place = now;
    if (at.stamp > this.#newestStamp) this.#newestStamp = at.stamp;
    return piece;
  }
}
