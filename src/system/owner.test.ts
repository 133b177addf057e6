import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatOwner, parseOwner } from "../model/owner.ts";
import { currentOwner, stateOfOwner } from "./owner.ts";

const self = currentOwner();

test("this process is alive, written as a label and read back", () => {
  expect(parseOwner(formatOwner(self))).toEqual(self);
  expect(stateOfOwner(self, self)).toBe("alive");
});

test("an ended process is dead, and so is its pid in the hands of another", async () => {
  const child = spawn("sleep", ["60"]);
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  const owner = { ...self, pid, startTime };
  expect(stateOfOwner(owner, self)).toBe("alive");
  expect(stateOfOwner({ ...owner, startTime: "1" }, self)).toBe("dead");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(stateOfOwner(owner, self)).toBe("dead");
});

test.each([
  [{ host: "elsewhere" }, "unknown"],
  [{ pidNamespace: "1" }, "unknown"],
  [{ bootId: "before" }, "dead"],
] as const)("with %j it is %s", (over, expected) => {
  expect(stateOfOwner({ ...self, ...over }, self)).toBe(expected);
});

test.each(["", "a/b/c", "a/b/c/x/1"])("the label %j is nobody's", (text) => {
  expect(parseOwner(text)).toBeUndefined();
});
