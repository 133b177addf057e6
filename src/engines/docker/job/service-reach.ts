import type { ContainerInfo } from "../api/containers.ts";

/** Where a service answers. */
export interface ServiceReach {
  /** Its own, or that of the name space it shares; undefined when it has none. */
  readonly address: string | undefined;
  /** Where it answers for those who share its name space, or its network. */
  readonly insideAddress: string;
  /** False: only containers can reach it, not this host. */
  readonly isOnJobNetwork: boolean;
  /** It may listen on 127.0.0.1 alone, where this host cannot look and its neighbours can. */
  readonly isShared: boolean;
}

const LOOPBACK = "127.0.0.1";

export function findReach(
  info: ContainerInfo,
  job: { readonly network: string; readonly sharedAddress: string | undefined; readonly isShared: boolean },
  networkMode: string | undefined,
): ServiceReach {
  if (networkMode !== undefined) {
    // With `host` and `none` there is no address of its own, and only its own eyes can tell what it listens on.
    const [address] = info.addresses.values();
    return { address, insideAddress: address ?? LOOPBACK, isOnJobNetwork: false, isShared: address === undefined };
  }
  if (job.isShared) {
    return { address: job.sharedAddress, insideAddress: LOOPBACK, isOnJobNetwork: true, isShared: true };
  }
  const address = info.addresses.get(job.network);
  return { address, insideAddress: address ?? "", isOnJobNetwork: true, isShared: false };
}
