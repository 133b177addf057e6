import { describe, expect, test } from "vitest";
import type { RunningService } from "../../engines/engine.ts";
import { explainSilence } from "./listening-ports.ts";

const HEAD = "  sl  local_address rem_address   st\n";

function line(address: string, port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return `   0: ${address}:${hex} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1 0 100 0 0 10 0\n`;
}

const ANY = "00000000";
const LOCAL = "0100007F";
const NAME_SERVER = "0B00007F";

async function explain(table: string | undefined, expected: readonly number[]): Promise<string | undefined> {
  const exec: RunningService["exec"] = async () =>
    table === undefined
      ? { kind: "not_run", detail: "no cat" }
      : { kind: "ended", exitCode: 0, stdout: HEAD + table, stderr: "" };
  return explainSilence({ exec }, expected, new AbortController().signal);
}

describe("what a silent service does listen on", () => {
  test.each([
    ["another port than exposed", line(ANY, 5433), [5432], "listens on 5433, image exposes 5432"],
    [
      "the right port, at 127.0.0.1",
      line(LOCAL, 5432),
      [5432],
      "listens on 5432 at 127.0.0.1 only, where no other container reaches it",
    ],
    ["another port, at 127.0.0.1", line(LOCAL, 99), [5432], "listens on 99 at 127.0.0.1 only, image exposes 5432"],
    [
      "nothing but the engine's name server",
      line(NAME_SERVER, 40_000),
      [80, 81],
      "listens on no port, image exposes 80, 81",
    ],
    ["what it should", line(ANY, 80), [80], undefined],
    ["nobody can tell", undefined, [80], undefined],
  ])("%s", async (_, table, expected, text) => {
    expect(await explain(table, expected)).toBe(text);
  });
});
