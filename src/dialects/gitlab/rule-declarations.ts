// Conditions as a file says them, checked and placed, before anybody evaluates them.

import type { JobWhen } from "../../model/pipeline.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { NeedDeclaration, PlacedText, VariableDeclaration } from "./declarations.ts";
import type { Expression } from "./expression/parse-expression.ts";

/** `if`, or an item of `only:variables`. */
export interface ConditionDeclaration extends PlacedText {
  readonly expression: Expression;
}

/** One rule of a job. What is `undefined` is not asked, or not said. @source GY-150 to GY-154 */
export interface RuleDeclaration {
  readonly condition: ConditionDeclaration | undefined;
  readonly changes: ChangesDeclaration | undefined;
  readonly exists: ExistsDeclaration | undefined;
  readonly when: JobWhen | undefined;
  readonly startInSeconds: number | undefined;
  readonly allowFailure: boolean | undefined;
  readonly variables: readonly VariableDeclaration[];
  /** Takes the place of the job's own. */
  readonly needs: readonly NeedDeclaration[] | undefined;
  readonly interruptible: boolean | undefined;
  readonly at: YamlNode;
}

export interface WorkflowRule extends Pick<RuleDeclaration, "condition" | "changes" | "exists" | "variables" | "at"> {
  readonly when: "always" | "never";
  readonly autoCancel: AutoCancel | undefined;
}

export interface WorkflowDeclaration {
  readonly name: PlacedText | undefined;
  /** Undefined: every pipeline runs. */
  readonly rules: readonly WorkflowRule[] | undefined;
  readonly autoCancel: AutoCancel | undefined;
}

/** @source GY-187 */
export interface AutoCancel {
  readonly onNewCommit: "conservative" | "interruptible" | "none" | undefined;
  readonly onJobFailure: "none" | "all" | undefined;
}

export interface ChangesDeclaration {
  /** May hold variables. */
  readonly paths: readonly string[];
  readonly compareTo: PlacedText | undefined;
  readonly at: YamlNode;
}

export interface ExistsDeclaration {
  readonly paths: readonly string[];
  readonly project: PlacedText | undefined;
  readonly ref: PlacedText | undefined;
  readonly at: YamlNode;
}

/** `only` or `except`. What is `undefined` is not asked. @source GY-179 to GY-183 */
export interface RefPolicy {
  /** Keywords, names, and `/patterns/`; each may end in `@group/project`. */
  readonly refs: readonly PlacedText[] | undefined;
  readonly variables: readonly ConditionDeclaration[] | undefined;
  readonly changes: readonly string[] | undefined;
  /** `active`. */
  readonly kubernetes: string | undefined;
  readonly at: YamlNode;
}
