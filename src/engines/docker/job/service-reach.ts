import type { ContainerInfo } from "../api/containers.ts";

/** Where a service answers. */
export interface ServiceReach {
  /** Its own, or that of the name space it shares; undefined when it has none. */
  readonly address: string | undefined;
  /** The engine's own address in the job's network; undefined: only containers can reach the service, not this host. */
  readonly gateway: string | undefined;
  /** Where it answers for those who share its name space, or its network. */
  readonly insideAddress: string;
  /** It may listen on 127.0.0.1 alone, where this host cannot look and its neighbours can. */
  readonly isShared: boolean;
}

const LOOPBACK = "127.0.0.1";

/** @param job `owner`: the container whose name space all share; undefined when each has its own. */
export function findReach(
  info: ContainerInfo,
  job: { readonly network: string; readonly owner: ContainerInfo | undefined },
  networkMode: string | undefined,
): ServiceReach {
  if (networkMode !== undefined) {
    // With `host` and `none` there is no address of its own, and only its own eyes can tell what it listens on.
    const [address] = info.addresses.values();
    return { address, gateway: undefined, insideAddress: address ?? LOOPBACK, isShared: address === undefined };
  }
  const { addresses, gateways } = job.owner ?? info;
  const address = addresses.get(job.network);
  const isShared = job.owner !== undefined;
  return {
    address,
    gateway: gateways.get(job.network),
    insideAddress: isShared ? LOOPBACK : (address ?? ""),
    isShared,
  };
}
