import type { CoveragePattern } from "../model/pipeline.ts";
import type { LineBlock } from "../text/line-block.ts";
import { compileRe2 } from "../text/re2.ts";
import { shownLine } from "../trace/shown-line.ts";

/** Finds a job's test coverage in its log while that goes by. @source GY-238 */
export interface CoverageFinder {
  readonly look: (block: LineBlock) => void;
  /** Percent; undefined when no line said it. */
  readonly percent: () => number | undefined;
}

const NOTHING: CoverageFinder = { look: () => undefined, percent: () => undefined };

/** The last match counts, and in it the first number of the last group. */
export function findCoverage(pattern: CoveragePattern | undefined): CoverageFinder {
  const compiled = pattern && compileRe2(pattern.body, pattern.flags);
  if (compiled === undefined) return NOTHING;
  let percent: number | undefined;
  return {
    percent: () => percent,
    look: (block) => {
      for (const text of block.texts()) {
        const groups = compiled.lastMatchIn(shownLine(text, { colours: false }) ?? "");
        const number = /\d+(?:\.\d+)?/.exec(groups?.at(-1) ?? groups?.[0] ?? "")?.[0];
        if (number !== undefined) percent = Number(number);
      }
    },
  };
}
