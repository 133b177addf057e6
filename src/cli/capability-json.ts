import type { CapabilityUse } from "../model/trust.ts";
import type { ExplainedCapability } from "./screen/explanation.ts";

/** One thing a container asks of the host, in the JSON of `lint` and `explain`; `service` may be a step's name. */
export function toCapabilityJson(use: CapabilityUse): ExplainedCapability {
  return {
    service: use.container,
    capability: use.capability,
    value: use.value,
    file: use.at.file,
    line: use.at.line,
  };
}
