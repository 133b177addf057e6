import { UsageError } from "../../../model/outrigger-error.ts";
import { parseCidr } from "./cidr.ts";
import { prefixFor } from "./find-free-subnet.ts";

/**
 * Ranges that are asked in turn. Docker's own pools begin with 172.17 and 192.168 and hold 31 networks in all; ours lie
 * elsewhere and are cut small, so that hundreds of jobs fit. Several, because a VPN may own a part of the private space.
 */
const DEFAULT_SUBNET_POOLS: readonly string[] = [
  "10.213.0.0/16",
  "10.87.0.0/16",
  "172.31.128.0/17",
  "192.168.208.0/20",
];

/**
 * Where the jobs' networks come from.
 *
 * @param chosen by the person; undefined: our own choice.
 * @throws UsageError when that is no IPv4 network, or none that holds a job.
 */
export function subnetPools(chosen: string | undefined): readonly string[] {
  if (chosen === undefined) return DEFAULT_SUBNET_POOLS;
  const pool = parseCidr(chosen);
  const smallest = prefixFor(1);
  if (pool !== undefined && pool.prefix <= smallest) return [chosen];
  const problem = pool === undefined ? "is no IPv4 network" : `is smaller than one job's network, a /${smallest}`;
  throw new UsageError(`OUTRIGGER_SUBNET_POOL="${chosen}" ${problem}`, { hint: "for example 10.99.0.0/16" });
}
