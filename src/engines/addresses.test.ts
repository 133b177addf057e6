import { describe, expect, test } from "vitest";
import { parseAddresses } from "./addresses.ts";

describe("addresses in the words of look-up tools", () => {
  test.each([
    ["getent", "10.0.0.2       STREAM db\n10.0.0.2       DGRAM  \nfe80::1   RAW\n", ["10.0.0.2", "fe80::1"]],
    [
      "nslookup of busybox",
      "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\nNon-authoritative answer:\nName:\tdb\nAddress: 10.0.0.2\n",
      ["10.0.0.2"],
    ],
    ["nothing", "", []],
  ])("%s", (_, text, addresses) => {
    expect(parseAddresses(text)).toEqual(addresses);
  });
});
