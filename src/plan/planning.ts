import type { DialectId } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { PlanChoices } from "./choices.ts";

/** What every part of planning a job knows, and where it puts what it finds. */
export interface PlanContext {
  readonly dialect: DialectId;
  readonly choices: PlanChoices;
  readonly diagnostics: Diagnostic[];
  /** Jobs before it report variables: an image that is none may become one by then. */
  readonly awaitsReports: boolean;
}
