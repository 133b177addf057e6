import { expect, test } from "vitest";
import { sha256 } from "./sha256.ts";

test("the digest of a text is that of its UTF-8, in hex digits unless base64 is asked for", () => {
  const ofAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(sha256("abc")).toBe(ofAbc);
  expect(sha256("abc", "base64")).toBe(Buffer.from(ofAbc, "hex").toString("base64"));
  expect(sha256("ü")).toBe(sha256(new Uint8Array([0xc3, 0xbc])));
});
