import { describe, expect, test } from "vitest";
import { isReachable, parseListeningSockets } from "./proc-net-tcp.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const REST = "00000000:00000000 00:00000000 00000000     0        0 27049 1 0000000000000000 100 0 0 10 0";

function line(local: string, state = "0A"): string {
  const remote = local.length > 20 ? `${"0".repeat(32)}:0000` : "00000000:0000";
  return `   0: ${local} ${remote} ${state} ${REST}`;
}

describe("listening sockets from /proc/net/tcp", () => {
  test.each([
    ["00000000:1538", "0.0.0.0", 5432],
    ["0100007F:18EB", "127.0.0.1", 6379],
    ["0200D50A:0050", "10.213.0.2", 80],
    [`${"0".repeat(32)}:1538`, "::", 5432],
    [`${"0".repeat(24)}01000000:1538`, "::1", 5432],
    ["0000000000000000FFFF00000200D50A:1F90", "10.213.0.2", 8080],
    ["000080FE00000000FF0042020200D5FE:0016", "fe80::242:ff:fed5:2", 22],
  ])("%s is %s port %i", (local, address, port) => {
    expect(parseListeningSockets([HEAD, line(local)].join("\n"))).toEqual([{ address, port }]);
  });

  test("connections that do not listen are left out", () => {
    expect(parseListeningSockets([HEAD, line("00000000:1538", "01"), line("00000000:1539", "06")].join("\n"))).toEqual(
      [],
    );
  });

  test("anything else is passed over", () => {
    expect(parseListeningSockets("cat: /proc/net/tcp6: No such file or directory\n")).toEqual([]);
  });

  test.each([
    ["0.0.0.0", true],
    ["::", true],
    ["10.213.0.2", true],
    ["127.0.0.1", false],
    ["::1", false],
    ["10.213.0.3", false],
  ])("a socket at %s is reachable at 10.213.0.2: %s", (address, expected) => {
    expect(isReachable({ address, port: 80 }, "10.213.0.2")).toBe(expected);
  });
});
