import { EngineFailureError } from "../../../model/outrigger-error.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { DockerRefusal } from "../api/refusal.ts";
import { type Cidr, formatCidr, parseCidr } from "./cidr.ts";
import { findFreeSubnet, prefixFor } from "./find-free-subnet.ts";
import { readHostRoutes } from "./host-routes.ts";

/** Each means that somebody else took the subnet between our look and our request. */
const MAX_OVERLAPS = 30;

export interface NetworkOrder {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Containers that will stand in it at the same time. */
  readonly containers: number;
  /** Ranges to cut subnets from, in order. */
  readonly pools: readonly string[];
}

/**
 * Creates a job's network in a small subnet that no route of this host and no other network uses. The engine has the last
 * word: what it refuses is replaced by the next one, and when no pool has room it chooses from its own.
 */
export async function createNetwork(api: DockerApi, order: NetworkOrder): Promise<void> {
  const { name, labels } = order;
  let taken = readHostRoutes();
  for (let overlaps = 0; overlaps <= MAX_OVERLAPS; overlaps++) {
    const subnet = chooseSubnet(order, taken);
    if (subnet === undefined) break;
    try {
      await api.networks.create({ name, labels, subnet: formatCidr(subnet) });
      return;
    } catch (error) {
      if (!(error instanceof DockerRefusal) || error.code !== "subnet_overlaps") throw error;
    }
    // An engine elsewhere has networks that are no routes of this host; one look at them is enough.
    taken = [...taken, subnet, ...(overlaps === 0 ? await readEngineSubnets(api) : [])];
  }
  await createAnywhere(api, order);
}

function chooseSubnet({ name, containers, pools }: NetworkOrder, taken: readonly Cidr[]): Cidr | undefined {
  for (const pool of pools.flatMap((text) => parseCidr(text) ?? [])) {
    const subnet = findFreeSubnet(pool, prefixFor(containers), taken, name);
    if (subnet !== undefined) return subnet;
  }
  return undefined;
}

async function readEngineSubnets(api: DockerApi): Promise<readonly Cidr[]> {
  const networks = await api.networks.list(new Map());
  return networks.flatMap((network) => network.subnets).flatMap((subnet) => parseCidr(subnet) ?? []);
}

async function createAnywhere(api: DockerApi, { name, labels, pools }: NetworkOrder): Promise<void> {
  try {
    await api.networks.create({ name, labels, subnet: undefined });
  } catch (error) {
    if (!(error instanceof DockerRefusal) || error.code !== "no_subnet_left") throw error;
    throw new EngineFailureError(
      "no_subnet_left",
      `no subnet is left for a job's network, neither in "${pools.join('", "')}" nor in the engine's own pools`,
      { cause: error, hint: "remove networks that are not used: docker network prune" },
    );
  }
}
