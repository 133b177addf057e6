import type { Job } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

/** No old system waited for services, so their files sleep before they work (DR-219). @source DR-226 */
export function findNeedlessSleeps(job: Job): readonly Diagnostic[] {
  if (job.services.length === 0) return [];
  return job.steps.flatMap((step) => {
    const [first = ""] = step.scripts.find(({ kind }) => kind === "main")?.commands ?? [];
    const nap = /^\s*(sleep\s+\d+[smh]?)\s*(?:$|&&|;|\n)/.exec(first)?.[1];
    if (nap === undefined) return [];
    const message = `${nap} is not needed: services are ready before this step`;
    return [{ severity: "note" as const, code: "needless-sleep", path: step.name, message, at: step.at }];
  });
}
