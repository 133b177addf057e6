import { describe, expect, test } from "vitest";
import { chooseColours, chooseScreenMode, type ScreenChoices } from "./screen-mode.ts";

const TERMINAL = { env: { LANG: "C.UTF-8" }, stdoutIsTerminal: true, stderrIsTerminal: true, isCi: false };

describe("how a run is shown (ui.md C4)", () => {
  const cases: readonly (readonly [string, ScreenChoices, Partial<typeof TERMINAL>, string, boolean])[] = [
    ["two terminals", {}, {}, "tty", true],
    ["stdout is a file", {}, { stdoutIsTerminal: false }, "plain", false],
    ["stderr is a file", {}, { stderrIsTerminal: false }, "plain", false],
    ["in CI", {}, { isCi: true }, "plain", true],
    ["--progress wins over CI", { progress: "tty" }, { isCi: true }, "tty", true],
    ["-q", { quiet: true, progress: "tty" }, {}, "quiet", true],
    ["--json with stdout in a file", { json: true }, { stdoutIsTerminal: false }, "tty", true],
    ["--json on one terminal", { json: true }, {}, "plain", true],
    ["--progress json", { progress: "json" }, { stderrIsTerminal: false }, "plain", false],
  ];
  test.each(cases)("%s", (_, choices, around, style, colours) => {
    const mode = chooseScreenMode(choices, { ...TERMINAL, ...around });
    expect([mode.style, mode.colours]).toEqual([style, colours]);
  });

  test.each([
    ["always wins", "always", { NO_COLOR: "1" }, false, true],
    ["never wins", "never", { FORCE_COLOR: "1" }, true, false],
    ["NO_COLOR beats FORCE_COLOR", "auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["empty NO_COLOR is not set", "auto", { NO_COLOR: "" }, true, true],
    ["CLICOLOR_FORCE", "auto", { CLICOLOR_FORCE: "1" }, false, true],
    ["FORCE_COLOR=0", "auto", { FORCE_COLOR: "0" }, true, false],
    ["dumb terminal", "auto", { TERM: "dumb" }, true, false],
  ] as const)("colour: %s", (_, flag, env, isTerminal, colours) => {
    expect(chooseColours(flag, env, isTerminal)).toBe(colours);
  });

  test.each([
    [{ LANG: "de_DE.UTF-8" }, false],
    [{ LC_ALL: "C", LANG: "de_DE.UTF-8" }, true],
    [{ LC_ALL: "", LC_CTYPE: "en_US.utf8" }, false],
    [{}, true],
  ])("characters for %j: ASCII only %s", (env, ascii) => {
    expect(chooseScreenMode({}, { ...TERMINAL, env }).ascii).toBe(ascii);
  });
});
