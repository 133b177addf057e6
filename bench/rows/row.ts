import type { Contender, Samples } from "../measure/measure-row.ts";

/** What a row's figures are shown as. */
export type Shown = "time" | "throughput" | "memory" | "memory per job";

/** One line of the table. The first contender is ours; without any, none of it can be measured here. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly shown: Shown;
  /** For throughput: what one run puts through. */
  readonly megabytes?: number;
  /** For memory per job: how many jobs the first contender has more than the second. */
  readonly jobs?: number;
  readonly contenders: readonly Contender[];
  /** Those that should be there and why they are not, by name. */
  readonly missing: Readonly<Record<string, string>>;
  /** At most so many rounds, where more would only take time. */
  readonly maxRounds?: number;
}

export interface RowResult {
  readonly id: string;
  readonly title: string;
  readonly shown: Shown;
  readonly megabytes?: number;
  readonly jobs?: number;
  readonly samples: readonly Samples[];
  readonly missing: Readonly<Record<string, string>>;
  /** The first run that did not do its work, with its last lines. */
  readonly failure?: string;
}
