/** A TCP socket that waits for connections. `address` as people write it; an IPv4 address in IPv6 clothes is plain IPv4. */
export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
}

const LISTEN = "0A";

/**
 * Reads `/proc/net/tcp` and `/proc/net/tcp6`, one after the other or alone. Other lines are passed over.
 *
 * Addresses there are 32-bit words in the machine's byte order; all machines we run on are little-endian.
 */
export function parseListeningSockets(text: string): readonly ListeningSocket[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*\d+:\s+([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\s+\S+\s+([0-9A-F]{2})\s/i.exec(line);
    const [, address = "", port = "", state] = match ?? [];
    if (state === undefined || state.toUpperCase() !== LISTEN) return [];
    return [{ address: toAddress(address), port: Number.parseInt(port, 16) }];
  });
}

/** Whether another container reaches this socket at `ownAddress`; undefined when that is not known. */
export function isReachable({ address }: ListeningSocket, ownAddress: string | undefined): boolean {
  return address === "0.0.0.0" || address === "::" || address === ownAddress;
}

function toAddress(hex: string): string {
  const bytes = swapWords(Buffer.from(hex, "hex"));
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  if (isMapped) return bytes.subarray(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(":");
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

function swapWords(bytes: Buffer): Buffer {
  return bytes.swap32();
}
