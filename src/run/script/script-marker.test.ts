import fc from "fast-check";
import { expect, test } from "vitest";
import { MARKER, watchForMarker } from "./script-marker.ts";

function feed(text: string, cuts: readonly number[]): { readonly out: string; readonly begun: boolean } {
  const chunks: Uint8Array[] = [];
  const marked = watchForMarker((_, chunk) => void chunks.push(Uint8Array.from(chunk)));
  const bytes = Buffer.from(text);
  const borders = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  );
  borders.slice(1).forEach((end, index) => void marked.sink(1, bytes.subarray(borders[index] ?? 0, end)));
  void marked.end();
  return { out: Buffer.concat(chunks).toString(), begun: marked.hasBegun() };
}

test("the marker is taken out wherever the output is cut, and the rest is untouched", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "\u001e", "out", "outrigger script"), maxLength: 12 });
  fc.assert(
    fc.property(text, text, fc.array(fc.nat(), { maxLength: 8 }), (before, after, cuts) => {
      fc.pre(!before.includes(MARKER));
      expect(feed(before + MARKER + after, cuts)).toEqual({ out: before + after, begun: true });
    }),
  );
});

test("output without a marker comes whole, also when it ends like one", () => {
  const text = `hello ${MARKER.slice(0, 9)}`;
  expect(feed(text, [3, 8, 10])).toEqual({ out: text, begun: false });
});

test("only standard output is looked at", () => {
  const seen: number[] = [];
  const marked = watchForMarker((fd) => void seen.push(fd));
  void marked.sink(2, Buffer.from(MARKER));
  expect({ seen, begun: marked.hasBegun() }).toEqual({ seen: [2], begun: false });
});
