import { expect, test } from "vitest";
import { refuse } from "./archive-file.ts";

function failWith(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: no`), { code });
}

test.each([
  ["ENOSPC", "disk_full", 'no space left to write "/x"', "make room"],
  ["EDQUOT", "disk_full", 'no space left to write "/x"', "make room"],
  ["EROFS", "kept_files_unwritable", '"/x" cannot be written: it lies on a read-only file system', "rights"],
  ["EIO", "kept_files_unwritable", '"/x" cannot be written: EIO', "rights"],
])("%s is one cause with one next step", (code, expected, message, hint) => {
  const cause = failWith(code);
  const refused = (): never => refuse("/x")(cause);
  expect(refused).toThrow(
    expect.objectContaining({ code: expected, message, hint: expect.stringContaining(hint), cause }),
  );
});

test("an error of no system call stays what it is", () => {
  const error = new Error("ours");
  expect(() => refuse("/x")(error)).toThrow(error);
});
