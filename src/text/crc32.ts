/**
 * CRC-32 of a text in UTF-8, as `node:zlib` gives it; that module takes longer to load than this takes for a few names.
 */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc % 2 === 0 ? 0 : 0xedb88320);
  }
  return ~crc >>> 0;
}
