import { CAPABILITIES } from "../model/trust.ts";

/**
 * Options whose value may be left out, and what they stand for then. `--trusted=` with nothing behind it is not among
 * them: an empty variable of a calling script must not grant everything.
 */
const SPELLED_OUT: ReadonlyMap<string, string> = new Map([
  ["--json", "--json="],
  ["--trusted", `--trusted=${CAPABILITIES.join(",")}`],
]);

/**
 * Keeps the word behind an option with an optional value from being taken for that value: `run --json test` runs the job
 * `test`. A value goes with `=` only (`--json=events.ndjson`).
 *
 * @returns argv in which every such option carries `=`; an empty value of `--json` stands for "none given".
 */
export function markOptionalValues(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return argv.map((word, index) => (end === -1 || index < end ? (SPELLED_OUT.get(word) ?? word) : word));
}
