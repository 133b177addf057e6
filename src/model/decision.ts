import type { SourceSpan } from "../text/source.ts";

/** Why a job is in the pipeline or is not, for people: what the file asked, what the answers were, what decided. */
export interface JobDecision {
  /** One clause: `rule 2 of 3: when: manual`, `no rule holds`. */
  readonly text: string;
  /** What decided, as far as the file says it. */
  readonly at?: SourceSpan;
  /** Every condition that was looked at, in that order. */
  readonly checks: readonly ConditionCheck[];
}

export interface ConditionCheck {
  /** `rule 1`, `only`, `except`, `workflow rule 1`. */
  readonly of: string;
  /** `if: $CI_COMMIT_TAG`. */
  readonly text: string;
  readonly holds: boolean;
  /** The variables it names, in that order. */
  readonly operands: readonly Operand[];
  /** What else the answer comes from: `src/a.ts has changed since origin/main`. */
  readonly why?: string;
  readonly at: SourceSpan;
}

export interface Operand {
  readonly name: string;
  /** Undefined: nobody set it. `[MASKED]` for what is to stay hidden. */
  readonly value: string | undefined;
}
