import type { Config } from "../config/config.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { LogRate } from "../system/log-rate.ts";
import { parseSize } from "../text/bytes.ts";

/** What the person wants kept of each service's log. @throws UsageError when that is no size. */
export function serviceLogLimit({ serviceLogLimit: text }: Pick<Config, "serviceLogLimit">): Partial<LogRate> {
  if (text === undefined) return {};
  const total = parseSize(text);
  if (total === undefined) {
    throw new UsageError(`OUTRIGGER_SERVICE_LOG_LIMIT="${text}" is no size`, { hint: "for example 64m or 1g" });
  }
  return { total };
}
