import { describe, expect, test } from "vitest";
import { findServerPhase, parseProcesses } from "./processes.ts";

const REST = "1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0";

/** `pid:parent:command:startTime` each. */
function table(...lines: string[]): string {
  return lines
    .map((line) => {
      const [pid, parent, command, start] = line.split(":");
      return `${pid} (${command}) S ${parent} ${REST} ${start ?? "100"} 0 0`;
    })
    .join("\n");
}

function phase(...lines: string[]): string {
  return findServerPhase(parseProcesses(table(...lines)), ["postgres"]).kind;
}

describe("the server that stays, and the one of the start script", () => {
  test("a command with spaces and brackets is read whole", () => {
    expect(parseProcesses(table("7:1:tmux (1) x:4242"))).toEqual([
      { pid: 7, parent: 1, command: "tmux (1) x", startTime: "4242" },
    ]);
  });

  test.each([
    ["process 1 itself", ["1:0:postgres", "20:1:postgres"], "serving"],
    ["behind an init process", ["1:0:tini", "7:1:postgres", "20:7:postgres"], "serving"],
    [
      "left by pg_ctl beside a script that runs psql",
      ["1:0:bash", "30:1:postgres", "31:30:postgres", "50:1:psql"],
      "initialising",
    ],
    ["beside a script that sleeps", ["1:0:sh", "30:1:postgres", "50:1:sleep"], "initialising"],
    ["beside a script below an init process", ["1:0:tini", "7:1:bash", "30:1:postgres", "50:7:psql"], "initialising"],
    [
      "child of a script that only waits for it, or is between two commands",
      ["1:0:sh", "30:1:postgres", "31:30:postgres"],
      "quiet",
    ],
    ["beside our own probe, which has no parent here", ["1:0:postgres", "90:0:sh", "91:90:cat"], "serving"],
    ["under a supervisor that runs more", ["1:0:supervisord", "8:1:postgres", "9:1:nginx"], "serving"],
    [
      "beside a script that goes by its own name",
      ["1:0:docker-entrypoi", "58:1:postgres", "59:58:postgres", "65:1:sleep"],
      "initialising",
    ],
    ["of a script that goes by its own name, between two commands", ["1:0:docker-entrypoi", "58:1:postgres"], "quiet"],
    [
      "left to an init process by a script that is between two commands",
      ["1:0:tini", "7:1:docker-entrypoi", "30:1:postgres"],
      "initialising",
    ],
    ["not there", ["1:0:bash", "50:1:initdb"], "absent"],
  ])("%s", (_, lines, expected) => {
    expect(phase(...lines)).toBe(expected);
  });
});
