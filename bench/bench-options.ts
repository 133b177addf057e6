import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Measured rounds of every row; one more warms up. */
  readonly pairs: number;
  /** Ids of rows; empty: all. */
  readonly only: readonly string[];
  /** Where the figures go; undefined: a new file in `bench/results/`. */
  readonly json: string | undefined;
  readonly markdown: boolean;
  readonly logMegabytes: number;
}

/** @returns a sentence about what is wrong instead, for people. */
export function parseBenchOptions(argv: readonly string[], rows: readonly string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        pairs: { type: "string", default: "7" },
        only: { type: "string", default: "" },
        json: { type: "string" },
        markdown: { type: "boolean", default: false },
        "log-mb": { type: "string", default: "100" },
      },
    });
    const only = values.only.split(",").filter(Boolean);
    const [pairs, logMegabytes] = [Number(values.pairs), Number(values["log-mb"])];
    const unknown = only.find((id) => !rows.includes(id));
    if (unknown !== undefined) return `"${unknown}" is no row; rows are ${rows.join(", ")}`;
    if (!isCount(pairs)) return `--pairs "${values.pairs}" is no number of rounds`;
    if (!isCount(logMegabytes)) return `--log-mb "${values["log-mb"]}" is no number of megabytes`;
    return { pairs, only, json: values.json, markdown: values.markdown, logMegabytes };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0;
}
