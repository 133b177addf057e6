import type { Diagnostic } from "../../text/diagnostic.ts";
import { sha256 } from "../../text/sha256.ts";

/**
 * One for each finding, in order: the same as long as code, file and message are, wherever the line moves. Findings that
 * are alike count.
 */
export function fingerprintsOf(findings: readonly Diagnostic[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ code, at, path, message }) => {
    const key = JSON.stringify([code, at.file, path ?? "", message]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return sha256(`${key}\n${count}`);
  });
}
