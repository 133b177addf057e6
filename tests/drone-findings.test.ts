import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DialectId } from "../src/model/pipeline.ts";
import { compileDrone } from "./compile-drone.ts";

interface Case {
  readonly rule: string;
  readonly file?: string;
  readonly dialect?: DialectId;
  readonly yaml: string;
  /** How one of the findings starts: `severity code: message`. */
  readonly message: string;
  readonly at?: string;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("./cases/drone-findings.json", import.meta.url), "utf8"),
);

describe("what is said about a Drone or Woodpecker file, with the place", () => {
  test.each(cases)("$rule: $message", async ({ yaml, message, at, file, dialect }) => {
    const options = { ...(file === undefined ? {} : { file }), ...(dialect === undefined ? {} : { dialect }) };
    const { findings, diagnostics } = await compileDrone(yaml, options);
    const index = findings.findIndex((one) => one.startsWith(message));
    expect(index, findings.join("\n")).toBeGreaterThanOrEqual(0);
    const found = diagnostics[index];
    if (at !== undefined) expect(`${found?.at.line}:${found?.at.column}`).toBe(at);
    const expected = message.split(" ")[0];
    if (expected !== "error") expect(findings.filter((one) => one.startsWith("error"))).toEqual([]);
  });

  test("codes are stable words, messages one line without a full stop", async () => {
    for (const one of cases) {
      const { diagnostics } = await compileDrone(one.yaml, one.file === undefined ? {} : { file: one.file });
      for (const { code, message } of diagnostics) {
        expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(message).not.toMatch(/\.$|\n/);
      }
    }
  });
});
