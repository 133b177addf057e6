import type { CoveragePattern } from "../../model/pipeline.ts";

const TOKEN = /^\/(.+)\/([ismU]*)$/s;

/** A text that is a pattern between slashes; any other is a name. @source GY-250 */
export function readRegexToken(text: string): CoveragePattern | undefined {
  const [, body, flags] = TOKEN.exec(text) ?? [];
  return body === undefined || flags === undefined ? undefined : { body, flags };
}
