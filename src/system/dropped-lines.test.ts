import { describe, expect, test } from "vitest";
import { DroppedLines } from "./dropped-lines.ts";

function drop(dropped: DroppedLines, line: string): void {
  const length = Buffer.byteLength(line);
  dropped.reserve(length).write(line, dropped.at);
  dropped.use(length);
}

describe("lines that were dropped", () => {
  test("are counted, in lines and bytes, and the last of them kept", () => {
    const dropped = new DroppedLines();
    const all = Array.from({ length: 20_000 }, (_, n) => `${String(n).padStart(5, "0")} ${"ü".repeat(93)}\n`);
    for (const line of all) drop(dropped, line);
    const { tail, lines, bytes } = dropped.take();
    expect(tail.toString()).toBe(all.slice(lines).join(""));
    expect(tail.length).toBeLessThanOrEqual(262_144);
    expect(tail.length).toBeGreaterThan(262_144 - 193);
    expect(bytes).toBe(lines * (5 + 1 + 2 * 93 + 1));
    expect(dropped.isEmpty).toBe(true);
    expect(dropped.take()).toMatchObject({ lines: 0, bytes: 0, tail: { length: 0 } });
  });

  test("a few are lost to nobody", () => {
    const dropped = new DroppedLines();
    drop(dropped, "a\n");
    const { tail, lines, bytes } = dropped.take();
    expect([tail.toString(), lines, bytes]).toEqual(["a\n", 0, 0]);
  });
});
