import type { DialectContext } from "../dialect.ts";
import type { Source } from "./variable-layer.ts";

/** What earlier jobs reported, by the job that gets it. @source GY-90 */
export function reportedByJob({
  reported,
  starting = [],
}: DialectContext): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byTrigger = starting.map((one) => [one.trigger, one.reported] as const);
  const byJob = [...(reported?.jobs ?? [])].map((job) => [job, reported?.variables ?? new Map()] as const);
  return new Map([...byTrigger, ...byJob]);
}

/** They are not expanded again. Rules were decided before any job ran, and do not see them. */
export function toSources(reported: ReadonlyMap<string, string> = new Map()): readonly Source[] {
  return [...reported].map(([name, value]) => ({
    name,
    raw: true,
    variable: { value, masked: false, isPublic: true, origin: "dotenv report" },
    at: undefined,
  }));
}
