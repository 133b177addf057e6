import { describe, expect, test } from "vitest";
import { type Cidr, formatCidr, overlaps, parseCidr } from "./cidr.ts";
import { findFreeSubnet, prefixFor } from "./find-free-subnet.ts";
import { parseRoutes } from "./host-routes.ts";

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`no range: ${text}`);
  return parsed;
}

function find(taken: readonly Cidr[]): Cidr | undefined {
  return findFreeSubnet(cidr("10.213.0.0/24"), 28, taken, "run/job");
}

const ROUTES = [
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
  "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
  "tun0\t00000080\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0",
  "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
  "br-1\t1000D50A\t00000000\t0001\t0\t0\t0\tF8FFFFFF\t0\t0\t0",
  "",
].join("\n");

describe("subnets for jobs", () => {
  test.each([
    [1, 29],
    [3, 29],
    [4, 28],
    [11, 28],
    [12, 27],
    [27, 27],
    [28, 26],
    [100, 25],
  ])("%i containers fit into a /%i", (containers, prefix) => {
    expect(prefixFor(containers)).toBe(prefix);
  });

  test("a pool is used up to its last free subnet, and none is taken twice", () => {
    const foreign = [cidr("10.213.0.0/27"), cidr("10.213.0.64/30")];
    const taken = [...foreign];
    for (let next = find(taken); next !== undefined; next = find(taken)) {
      expect(taken.filter((range) => overlaps(range, next ?? range))).toEqual([]);
      taken.push(next);
    }
    expect(taken.length - foreign.length).toBe(13);
  });

  test("two jobs begin at different places", () => {
    const pool = cidr("10.213.0.0/16");
    expect(findFreeSubnet(pool, 29, [], "a")).not.toEqual(findFreeSubnet(pool, 29, [], "b"));
  });

  test("a pool under a wide route of the host has no free subnet", () => {
    expect(findFreeSubnet(cidr("10.213.0.0/16"), 29, [cidr("10.0.0.0/8")], "x")).toBeUndefined();
  });

  test("a pool smaller than a subnet has none", () => {
    expect(findFreeSubnet(cidr("10.213.0.0/30"), 29, [], "x")).toBeUndefined();
  });

  test("routes of the host are read, ways to everywhere left out", () => {
    expect(parseRoutes(ROUTES).map(formatCidr)).toEqual(["172.17.0.0/16", "10.213.0.16/29"]);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "300.0.0.0/8", "::1/64", ""])("%j is no range", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});
