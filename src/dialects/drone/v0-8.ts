import type { Dialect } from "../dialect.ts";
import { DRONE_08 } from "../drone-family/rules.ts";
import { compilePipelineFile } from "./pipeline-file.ts";

/** 0.6 to 0.8: services by name. */
export const drone08: Dialect = {
  id: "drone-0.8",
  compile: (source, context) => compilePipelineFile(source, DRONE_08, context),
};
