import type { Service } from "../model/service.ts";

/** Services that say in the file that they listen on one port. */
export interface PortClash {
  readonly port: number;
  /** At least two, in file order. */
  readonly services: readonly Service[];
}

/** TCP ports a service names in the file itself; what its image exposes nobody knows before it is there. */
export function declaredTcpPorts(service: Service): readonly number[] {
  const declared = (service.ports ?? []).flatMap(({ port, protocol }) => (protocol === "tcp" ? [port] : []));
  return [...new Set(declared)].toSorted((a, b) => a - b);
}

/** @source DR-108 */
export function findPortClashes(services: readonly Service[]): readonly PortClash[] {
  const users = new Map<number, Service[]>();
  for (const service of services.filter((candidate) => candidate.networkMode === undefined)) {
    for (const port of declaredTcpPorts(service)) users.set(port, [...(users.get(port) ?? []), service]);
  }
  return [...users].flatMap(([port, found]) => (found.length > 1 ? [{ port, services: found }] : []));
}
