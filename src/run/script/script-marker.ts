import type { OutputSink } from "../../engines/engine.ts";

/** Printed by every script of ours before its first command; control characters keep it apart from anything people print. */
export const MARKER = "\u001eoutrigger script\u001e\n";

const BYTES = Buffer.from(MARKER);

export interface MarkedSink {
  /** Everything but the marker goes on to the sink behind it. */
  readonly sink: OutputSink;
  /** Whether the marker was seen. */
  readonly hasBegun: () => boolean;
  /** Hands over what was held back because it looked like the beginning of a marker. */
  end(): void | Promise<void>;
}

/**
 * Looks for the proof that a script was received, and takes it out of the output.
 *
 * A shell that gets an empty input ends with 0, as if all had gone well: without this proof a script that an engine lost
 * on the way would pass. What an image's entry point prints before it is let through.
 */
export function watchForMarker(behind: OutputSink): MarkedSink {
  let hasBegun = false;
  let held: Buffer = Buffer.alloc(0);
  return {
    hasBegun: () => hasBegun,
    sink: (fd, chunk) => {
      if (hasBegun || fd !== 1) return behind(fd, chunk);
      const data = Buffer.concat([held, chunk]);
      const at = data.indexOf(BYTES);
      if (at === -1) {
        const keep = lengthOfBeginning(data);
        held = Buffer.from(data.subarray(data.length - keep));
        return keep === data.length ? undefined : behind(1, data.subarray(0, data.length - keep));
      }
      hasBegun = true;
      held = Buffer.alloc(0);
      const rest = Buffer.concat([data.subarray(0, at), data.subarray(at + BYTES.length)]);
      return rest.length === 0 ? undefined : behind(1, rest);
    },
    end: () => {
      const rest = held;
      held = Buffer.alloc(0);
      return rest.length === 0 ? undefined : behind(1, rest);
    },
  };
}

/** How many bytes at the end may be the first ones of a marker. */
function lengthOfBeginning(data: Buffer): number {
  for (let length = Math.min(BYTES.length - 1, data.length); length > 0; length--) {
    if (data.subarray(data.length - length).equals(BYTES.subarray(0, length))) return length;
  }
  return 0;
}
