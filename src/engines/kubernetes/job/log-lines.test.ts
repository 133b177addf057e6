import { describe, expect, test } from "vitest";
import { LogLines } from "./log-lines.ts";

const at = (second: number, fraction = "000000000"): string =>
  `2026-01-02T03:04:${String(second).padStart(2, "0")}.${fraction}Z`;

/** What a cluster would send from a time on: whole seconds, as its API takes them. */
function from(log: string, since: string | undefined): Buffer {
  if (since === undefined) return Buffer.from(log);
  const second = since.slice(0, 19);
  const lines = log.split("\n");
  return Buffer.from(lines.slice(lines.findIndex((line) => line.slice(0, 19) >= second)).join("\n"));
}

describe("a container's log with time stamps", () => {
  const long = "x".repeat(16_384);
  const log = [
    `${at(1)} one`,
    `${at(1, "5")} two`,
    `${at(2)} `,
    `${at(2)} same moment`,
    `${at(2)} same moment`,
    `${at(3)} ${at(3)} a stamp of its own`,
    `${at(4)} ${long}${at(4, "1")} and the rest of a long line`,
    `${at(5)} ${long}without a second stamp`,
    `${at(6)} last without an end`,
  ].join("\n");
  const plain = `one\ntwo\n\nsame moment\nsame moment\n${at(3)} a stamp of its own\n${long}and the rest of a long line\n${long}without a second stamp\nlast without an end`;

  test("comes without the stamps, however it is cut", () => {
    for (const size of [1, 7, 1000, 1_000_000]) {
      const lines = new LogLines();
      expect(lines.since()).toBeUndefined();
      const got: Uint8Array[] = [];
      const bytes = from(log, undefined);
      for (let start = 0; start < bytes.length; start += size)
        got.push(lines.take(bytes.subarray(start, start + size)));
      expect(Buffer.concat(got).toString()).toBe(plain);
    }
  });

  test("goes on after a cut anywhere: nothing is lost, nothing comes twice", () => {
    const cuts = [...Array(260).keys(), 16_500, 16_700, 20_000, 33_000, 33_100, from(log, undefined).length - 3];
    for (const cut of cuts) {
      const lines = new LogLines();
      const first = lines.take(from(log, lines.since()).subarray(0, cut));
      const second = lines.take(from(log, lines.since()));
      expect({ cut, text: Buffer.concat([first, second]).toString() }).toEqual({ cut, text: plain });
    }
  });

  describe("two streams of a container, whose entries are stamped before they are written", () => {
    const early = at(4, "999999999");
    const mixed = [`${at(3, "2")} out`, `${at(3, "1")} err`, `${at(5)} out`, `${early} err`, `${at(5, "1")} out`].join(
      "\n",
    );
    const text = "out\nerr\nout\nerr\nout";

    test("lose nothing", () => {
      const lines = new LogLines();
      expect(Buffer.from(lines.take(from(mixed, lines.since()))).toString()).toBe(text);
    });

    test("lose nothing after a cut either", () => {
      for (let cut = 0; cut <= mixed.length; cut++) {
        const lines = new LogLines();
        const first = lines.take(from(mixed, lines.since()).subarray(0, cut));
        const second = lines.take(from(mixed, lines.since()));
        expect({ cut, text: Buffer.concat([first, second]).toString() }).toEqual({ cut, text });
      }
    });
  });

  test("what the cluster says of itself is none of it", () => {
    const lines = new LogLines();
    lines.since();
    const said = "rpc error: code = Unknown desc = Error: No such container: 8d36\n";
    expect(Buffer.from(lines.take(Buffer.from(`${at(1)} bye\n${said}`))).toString()).toBe("bye\n");
  });
});
