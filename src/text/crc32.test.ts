import { crc32 as referenceCrc32 } from "node:zlib";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";

test.each(["", "a", "123456789", "group/project", "gruppe/prüfung 🛶", "x".repeat(300)])("%j", (text) => {
  expect(crc32(text)).toBe(referenceCrc32(text));
});
