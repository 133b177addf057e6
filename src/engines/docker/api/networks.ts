import { toList, toRecord, toText, toTextMap, toTime } from "../../json.ts";
import type { LabelFilter } from "./filters.ts";
import { toFilters } from "./filters.ts";
import { isGone } from "./refusal.ts";
import type { Transport } from "./transport.ts";

export interface NetworkRequest {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined: the engine takes one of its own pools. */
  readonly subnet: string | undefined;
}

export interface NetworkInfo {
  readonly id: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt: number | undefined;
  readonly subnets: readonly string[];
  /** Ids of the containers that are attached; only an inspection knows them. */
  readonly containerIds: readonly string[];
}

export interface NetworksApi {
  /** @returns the id. @throws DockerRefusal `subnet_overlaps`, `no_subnet_left`. */
  create(request: NetworkRequest): Promise<string>;
  inspect(network: string, signal?: AbortSignal): Promise<NetworkInfo>;
  /** Adds a container that does not run yet. @throws DockerRefusal `no_such_object` for a network that is not there. */
  connect(network: string, container: string): Promise<void>;
  /** Takes a container off, running or not; one that is not there any more is fine. */
  disconnect(network: string, container: string): Promise<void>;
  /** @returns false when it is gone already. */
  remove(network: string): Promise<boolean>;
  list(filter: LabelFilter, signal?: AbortSignal): Promise<readonly NetworkInfo[]>;
}

export function networksApi(transport: Transport): NetworksApi {
  return {
    async create({ name, labels, subnet }) {
      const ipam = subnet === undefined ? {} : { IPAM: { Driver: "default", Config: [{ Subnet: subnet }] } };
      const body = { Name: name, CheckDuplicate: true, Driver: "bridge", Labels: labels, ...ipam };
      const answer = toRecord(await transport.send({ method: "POST", path: "/networks/create", body }));
      return toText(answer["Id"]) ?? name;
    },
    async inspect(network, signal) {
      return toNetworkInfo(await transport.send({ method: "GET", path: at(network), signal }));
    },
    async connect(network, container) {
      await transport.send({ method: "POST", path: at(network, "/connect"), body: { Container: container } });
    },
    async disconnect(network, container) {
      const body = { Container: container, Force: true };
      try {
        await transport.send({ method: "POST", path: at(network, "/disconnect"), body });
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
    async remove(network) {
      try {
        await transport.send({ method: "DELETE", path: at(network) });
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
    async list(filter, signal) {
      const query = { filters: toFilters(filter) };
      return toList(await transport.send({ method: "GET", path: "/networks", query, signal })).map(toNetworkInfo);
    },
  };
}

function at(network: string, rest = ""): string {
  return `/networks/${encodeURIComponent(network)}${rest}`;
}

function toNetworkInfo(value: unknown): NetworkInfo {
  const info = toRecord(value);
  const pools = toList(toRecord(info["IPAM"])["Config"]).map(toRecord);
  return {
    id: toText(info["Id"]) ?? "",
    name: toText(info["Name"]) ?? "",
    labels: toTextMap(info["Labels"]),
    createdAt: toTime(info["Created"]),
    subnets: pools.flatMap((pool) => toText(pool["Subnet"]) ?? []),
    containerIds: Object.keys(toRecord(info["Containers"])),
  };
}
