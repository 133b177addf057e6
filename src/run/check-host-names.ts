import type { JobContext } from "./job-context.ts";

/** Longer than any answer of an engine; the check is for people and holds nothing up. */
const TIMEOUT_MS = 5_000;

/** What of a job's context is needed for it. */
export interface NameContext extends Pick<JobContext, "signal" | "emit"> {
  readonly plan: Pick<JobContext["plan"], "name" | "services">;
  readonly sandbox: Pick<JobContext["sandbox"], "resolveHost">;
}

/**
 * Looks every host name up from inside the job's network, before the script does.
 *
 * One that does not resolve is said with its service; the script runs all the same, because it may never ask for it.
 *
 * @param services ids of services that live; names of an ended one resolve nowhere, and its end was told.
 */
export async function checkHostNames(context: NameContext, services: ReadonlySet<string>): Promise<void> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const signal = AbortSignal.any([context.signal, limit]);
  const look = async (service: string, hostName: string): Promise<void> => {
    const addresses = await context.sandbox.resolveHost(hostName, signal);
    if (addresses.length > 0) return;
    context.emit({
      type: "run.note",
      level: "warning",
      job: context.plan.name,
      text: `host name "${hostName}" of service ${service} does not resolve in the job's network`,
    });
  };
  const names = context.plan.services
    .filter((service) => services.has(service.id))
    .flatMap((service) => service.hostNames.map((hostName) => [service.id, hostName] as const));
  await Promise.all(names.map(([service, hostName]) => look(service, hostName))).catch((error: unknown) => {
    if (!limit.aborted || context.signal.aborted) throw error;
  });
}
