import type { Service } from "../model/service.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

export interface ClaimedHostNames {
  /** In the order of the services given. */
  readonly hostNames: readonly (readonly string[])[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Gives every host name to the first service that asks for it.
 *
 * GitLab Runner would not start a service whose names are all taken; its document promises two containers, so every
 * service starts here and a warning names what it did not get. A name that one service asks for twice is given once,
 * silently.
 *
 * @source GS-211, GS-212, GS-213 and D-2
 */
export function claimHostNames(jobName: string, services: readonly Service[]): ClaimedHostNames {
  const ownerOf = new Map<string, Service>();
  const diagnostics: Diagnostic[] = [];
  const hostNames = services.map((service, index) => {
    const own: string[] = [];
    for (const name of new Set(service.hostNames)) {
      const holder = ownerOf.get(name);
      if (holder === undefined) {
        ownerOf.set(name, service);
        own.push(name);
      } else {
        diagnostics.push(takenName(jobName, service, index, name, holder));
      }
    }
    return own;
  });
  return { hostNames, diagnostics };
}

function takenName(jobName: string, service: Service, index: number, name: string, holder: Service): Diagnostic {
  return {
    severity: "warning",
    code: "host-name-taken",
    path: `jobs:${jobName}:services`,
    message:
      `Skipping alias "${name}" for service "${service.image.text}" (services[${index}]): ` +
      `alias is already in use by another service ("${holder.image.text}", line ${holder.at.line})`,
    at: service.at,
    hint: `give the service an alias of its own, for example: alias: ${service.label}-${index + 1}`,
  };
}
