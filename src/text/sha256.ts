/**
 * SHA-256 of bytes, or of a text in UTF-8.
 *
 * `node:crypto` is loaded with the first one: it takes longer than reading a small pipeline file, which mostly needs none.
 */
export function sha256(content: string | Uint8Array, encoding: "hex" | "base64" = "hex"): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(content).digest(encoding);
}
