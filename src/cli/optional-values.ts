/** Options whose value may be left out. */
const OPTIONS = ["--json", "--trusted"] as const;

/**
 * Keeps the word behind an option with an optional value from being taken for that value: `run --json test` runs the job
 * `test`. A value goes with `=` only (`--json=events.ndjson`).
 *
 * @returns argv in which every such option carries `=`; an empty value stands for "none given".
 */
export function markOptionalValues(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return argv.map((word, index) =>
    (end === -1 || index < end) && OPTIONS.some((option) => option === word) ? `${word}=` : word,
  );
}
