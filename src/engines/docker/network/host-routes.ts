import { readFileSync } from "node:fs";
import { type Cidr, toCidr } from "./cidr.ts";

/**
 * Ranges this host has a route for: its networks, VPNs, and the bridges of engines that run on it. Empty off Linux.
 *
 * At once: the file is no disk's, and a job's network, which its containers wait for, would wait for four turns of reading.
 */
export function readHostRoutes(): readonly Cidr[] {
  try {
    return parseRoutes(readFileSync("/proc/net/route", "utf8"));
  } catch {
    return [];
  }
}

/**
 * Reads `/proc/net/route`. Addresses there are hexadecimal in the byte order of little-endian machines.
 *
 * Routes wider than a /8 are ways to everywhere (the default route, the two halves of the Internet that a VPN claims) and
 * say nothing about a range being in use.
 */
export function parseRoutes(text: string): readonly Cidr[] {
  return text.split("\n").flatMap((line) => {
    const [, destination = "", , , , , , mask = ""] = line.split("\t").map((field) => field.trim());
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
    const prefix = 32 - Math.log2(2 ** 32 - fromLittleEndian(mask));
    return Number.isInteger(prefix) && prefix >= 8 ? [toCidr(fromLittleEndian(destination), prefix)] : [];
  });
}

function fromLittleEndian(hex: string): number {
  return Buffer.from(hex, "hex").readUInt32LE(0);
}
