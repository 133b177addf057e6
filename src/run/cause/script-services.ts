import type { JobPlan } from "../../model/job-plan.ts";
import type { Cause } from "../../model/outcome.ts";
import { findTakenPorts } from "../address-in-use.ts";
import type { JobEnd } from "../job-end.ts";

type ScriptEnd = Extract<JobEnd, { kind: "script" }>;
type Found = Pick<Cause, "kind" | "text" | "hint" | "certain" | "service"> | undefined;

/** A step's own server wants a port that a service has: in a shared name space there is one of each. @source DR-110 */
export function portOfService(plan: JobPlan, end: ScriptEnd, script: string): Found {
  if (plan.network !== "shared") return undefined;
  const alive = (end.services ?? []).filter((service) => service.died === undefined);
  for (const port of findTakenPorts(end.logTail, [])) {
    const holder = alive.find((service) => service.ports.includes(port));
    if (holder === undefined) continue;
    return {
      kind: "script_port_taken",
      text: `${script} could not listen on ${port}: already used by service "${holder.id}"`,
      hint: "only one can have it in shared network mode: use another port, or --network bridge",
      service: holder.id,
      certain: true,
    };
  }
  return undefined;
}

/** A script that fails after a service died beside it. @source DR-235 */
export function deadService(plan: JobPlan, end: ScriptEnd, script: string): Found {
  const dead = end.services?.find((service) => service.died !== undefined);
  if (dead?.died === undefined) return undefined;
  const { end: how, agoMs } = dead.died;
  const code = `code ${how.exitCode ?? "unknown"}${how.oomKilled ? ", out of memory" : ""}`;
  return {
    kind: "script_service_dead",
    text:
      `${script} failed with exit code ${end.exitCode}; ` +
      `service "${dead.id}" exited ${(agoMs / 1000).toFixed(1)} s before (${code})`,
    hint: `its log: outrigger logs ${plan.runId} ${plan.name}:${dead.id}`,
    service: dead.id,
    certain: false,
  };
}

/** A service that lives, was seen to be wrong, and that the script could not connect to: by its name, or by its port. */
export function refusedByService(plan: JobPlan, end: ScriptEnd): Found {
  const refused = end.logTail.filter((line) => /refused|timed out|ECONNREFUSED|ETIMEDOUT/i.test(line));
  for (const { id, doubt, died, ports } of end.services ?? []) {
    const names = plan.services.find((service) => service.id === id)?.hostNames ?? [];
    const isMeant = (word: string): boolean => names.includes(word) || ports.includes(Number(word));
    if (doubt === undefined || died !== undefined || !refused.some((line) => wordsOf(line).some(isMeant))) continue;
    return {
      kind: "script_service_refused",
      text: `the script could not connect to service ${id}, which lives: ${doubt}`,
      hint: `let it be ready where the script looks for it; its log: outrigger logs ${plan.runId} ${plan.name}:${id}`,
      service: id,
      certain: false,
    };
  }
  return undefined;
}

function wordsOf(line: string): readonly string[] {
  return line.split(/[^\w.-]+/);
}
