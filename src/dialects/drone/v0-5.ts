import type { Dialect } from "../dialect.ts";
import { DRONE_05 } from "../drone-family/rules.ts";
import { compilePipelineFile } from "./pipeline-file.ts";

/** The first with `pipeline:`, the last with everything at localhost. */
export const drone05: Dialect = {
  id: "drone-0.5",
  compile: (source, context) => compilePipelineFile(source, DRONE_05, context),
};
