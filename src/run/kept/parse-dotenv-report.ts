import { KeptFilesError } from "../../model/kept-files-error.ts";

/** GitLab's own limit. */
export const MAX_DOTENV_BYTES = 5120;

/**
 * Variables that a job reports: `KEY=VALUE` lines, one pair of quotes taken off, nothing expanded.
 *
 * @throws KeptFilesError with GitLab's words for a line that is none; comments are none, either.
 * @source GY-215, GY-253
 */
export function parseDotenvReport(text: string, file: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const equals = line.indexOf("=");
    if (equals === -1) throw invalid(file, index, "Invalid Format", "every line is KEY=VALUE");
    const name = line.slice(0, equals);
    if (!/^\w+$/.test(name)) {
      const why = "Validation failed: Key can contain only letters, digits and '_'.";
      throw invalid(file, index, why, `"${name}" is no name of a variable`);
    }
    const value = line.slice(equals + 1).trim();
    variables.set(name, /^(["']).*\1$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value);
  }
  return variables;
}

function invalid(file: string, index: number, why: string, hint: string): KeptFilesError {
  return new KeptFilesError("dotenv_invalid", `dotenv report "${file}", line ${index + 1}: ${why}`, { hint });
}
