import { array, assert, constantFrom, integer, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameSplitter } from "./frames.ts";

interface Frame {
  readonly fd: 1 | 2;
  readonly text: string;
}

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(
    frames.flatMap(({ fd, text }) => {
      const payload = Buffer.from(text);
      const head = Buffer.alloc(8);
      head[0] = fd;
      head.writeUInt32BE(payload.length, 4);
      return [head, payload];
    }),
  );
}

/** Text of each stream after the bytes went through in chunks of the given sizes, the rest in one. */
function decode(bytes: Buffer, sizes: readonly number[]): Record<1 | 2, string> {
  const splitter = new FrameSplitter();
  const out: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    for (const piece of splitter.push(Buffer.from(bytes.subarray(at, at + size))))
      out[piece.fd].push(Buffer.from(piece.bytes));
    at += size;
  }
  return { 1: Buffer.concat(out[1]).toString(), 2: Buffer.concat(out[2]).toString() };
}

describe("frames of a container's output", () => {
  test("stdout and stderr come out whole, wherever the stream was cut", () => {
    const frame = record({ fd: constantFrom<1 | 2>(1, 2), text: string({ maxLength: 40 }) });
    const cuts = array(integer({ min: 0, max: 20 }), { maxLength: 30 });
    assert(
      property(array(frame), cuts, (frames, sizes) => {
        const text = (fd: 1 | 2): string => frames.flatMap((f) => (f.fd === fd ? [f.text] : [])).join("");
        expect(decode(encode(frames), sizes)).toEqual({ 1: text(1), 2: text(2) });
      }),
    );
  });

  test("frames of one stream that come together are one piece", () => {
    const frames = [1, 1, 2, 1, 1, 1].map((fd, n) => ({ fd: fd === 1 ? 1 : 2, text: `${n}`.repeat(n) }) as const);
    const pieces = new FrameSplitter().push(encode(frames));
    expect(pieces.map(({ fd, bytes }) => `${fd} ${Buffer.from(bytes).toString()}`)).toEqual([
      "1 1",
      "2 22",
      "1 333444455555",
    ]);
  });

  test("a long frame is handed on before it is complete", () => {
    const splitter = new FrameSplitter();
    const bytes = encode([{ fd: 2, text: "x".repeat(100) }]);
    expect(splitter.push(bytes.subarray(0, 20))).toEqual([{ fd: 2, bytes: Buffer.from("x".repeat(12)) }]);
  });
});
