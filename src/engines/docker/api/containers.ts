import type { MemorySample } from "../../engine.ts";
import { toEnvironment, toList, toNumber, toRecord, toTcpPorts, toText, toTextMap, toTime } from "../../json.ts";
import { Attached } from "./attached.ts";
import type { LabelFilter } from "./filters.ts";
import { toFilters } from "./filters.ts";
import { DockerRefusal, isGone } from "./refusal.ts";
import type { Transport } from "./transport.ts";

export interface ContainerInfo {
  readonly id: string;
  readonly isRunning: boolean;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** The engine's words when the process could not be started; empty otherwise. */
  readonly error: string;
  readonly env: ReadonlyMap<string, string>;
  readonly exposedTcpPorts: readonly number[];
  readonly stopSignal: string | undefined;
  /** IPv4 address by the network's name; only of networks that gave one. */
  readonly addresses: ReadonlyMap<string, string>;
  /** The engine's own IPv4 address in the same networks. */
  readonly gateways: ReadonlyMap<string, string>;
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt: number | undefined;
}

/** Calls about containers. A container is named by its id or its name. */
export interface ContainersApi {
  /** @returns the new container's id. */
  create(name: string, body: object, platform: string | undefined): Promise<string>;
  inspect(container: string, signal?: AbortSignal): Promise<ContainerInfo>;
  /** A container that runs already is left as it is. */
  start(container: string): Promise<void>;
  /** @returns false when it does not run. */
  kill(container: string, signalName: string): Promise<boolean>;
  /** Resolves with the exit code once it does not run. Before its first start that is at once, with 0. */
  wait(container: string, signal?: AbortSignal): Promise<number>;
  /** Kills it if it runs, and takes its anonymous volumes along. @returns false when it is gone already. */
  remove(container: string): Promise<boolean>;
  /** Before `start`, so that the first byte is there. `stdin`: the container must have been created with it open. */
  attach(container: string, options: { readonly stdin: boolean }, signal?: AbortSignal): Promise<Attached>;
  /** When a path was last changed, in epoch milliseconds; undefined when that cannot be told. Much cheaper than reading it. */
  modifiedAt(container: string, path: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Reads a path as a tar stream; undefined when it does not exist. Closing the stream ends the transfer. */
  readArchive(container: string, path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Unpacks a tar stream into a folder that exists. Works on containers that never ran. */
  writeArchive(
    container: string,
    path: string,
    content: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void>;
  list(filter: LabelFilter, signal?: AbortSignal): Promise<readonly ContainerSummary[]>;
  /** One sample; undefined of a container that does not run. */
  memory(container: string, signal?: AbortSignal): Promise<MemorySample | undefined>;
}

export function containersApi(transport: Transport): ContainersApi {
  return {
    async memory(container, signal) {
      const query = { stream: false, "one-shot": true };
      const answer = await transport.send({ method: "GET", path: at(container, "/stats"), query, signal });
      const { usage, limit } = toRecord(toRecord(answer)["memory_stats"]);
      const [usedBytes, limitBytes] = [toNumber(usage), toNumber(limit)];
      return usedBytes === undefined || limitBytes === undefined ? undefined : { usedBytes, limitBytes };
    },
    async create(name, body, platform) {
      const query = platform === undefined ? { name } : { name, platform };
      const answer = toRecord(await transport.send({ method: "POST", path: "/containers/create", query, body }));
      return toText(answer["Id"]) ?? name;
    },
    async inspect(container, signal) {
      return toContainerInfo(await transport.send({ method: "GET", path: at(container, "/json"), signal }));
    },
    async start(container) {
      await transport.send({ method: "POST", path: at(container, "/start") });
    },
    async kill(container, signalName) {
      const query = { signal: signalName };
      return await unlessNotRunning(transport.send({ method: "POST", path: at(container, "/kill"), query }));
    },
    async wait(container, signal) {
      const answer = toRecord(await transport.send({ method: "POST", path: at(container, "/wait"), signal }));
      return toNumber(answer["StatusCode"]) ?? 0;
    },
    async remove(container) {
      const query = { force: true, v: true };
      return await unlessGone(transport.send({ method: "DELETE", path: at(container), query }));
    },
    async attach(container, { stdin }, signal) {
      const query = { stream: true, stdout: true, stderr: true, stdin };
      return new Attached(await transport.hijack({ method: "POST", path: at(container, "/attach"), query, signal }));
    },
    async readArchive(container, path, signal) {
      try {
        const answer = await transport.open({
          method: "GET",
          path: at(container, "/archive"),
          query: { path },
          signal,
        });
        return answer.body;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
    async modifiedAt(container, path, signal) {
      try {
        const request = { method: "HEAD", path: at(container, "/archive"), query: { path }, signal } as const;
        const answer = await transport.open(request);
        for await (const _ of answer.body) throw new Error("an answer without a body has one");
        return toTime(parsePathStat(answer.header("x-docker-container-path-stat") ?? "")["mtime"]);
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
    async writeArchive(container, path, content, signal) {
      await transport.upload({ method: "PUT", path: at(container, "/archive"), query: { path }, signal }, content);
    },
    async list(filter, signal) {
      const query = { all: true, filters: toFilters(filter) };
      const answer = await transport.send({ method: "GET", path: "/containers/json", query, signal });
      return toList(answer).map(toContainerSummary);
    },
  };
}

/** JSON in base64; empty when it is neither. */
function parsePathStat(header: string): Readonly<Record<string, unknown>> {
  try {
    return toRecord(JSON.parse(Buffer.from(header, "base64").toString("utf8")));
  } catch {
    return {};
  }
}

function at(container: string, rest = ""): string {
  return `/containers/${encodeURIComponent(container)}${rest}`;
}

async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** 409 says that it does not run; so does 404, and with Podman 500. */
async function unlessNotRunning(call: Promise<unknown>): Promise<boolean> {
  try {
    return await unlessGone(call);
  } catch (error) {
    if (error instanceof DockerRefusal && (error.status === 409 || /not running|state improper/.test(error.detail))) {
      return false;
    }
    throw error;
  }
}

function toContainerInfo(value: unknown): ContainerInfo {
  const info = toRecord(value);
  const state = toRecord(info["State"]);
  const config = toRecord(info["Config"]);
  const networks = toRecord(toRecord(info["NetworkSettings"])["Networks"]);
  return {
    id: toText(info["Id"]) ?? "",
    isRunning: state["Running"] === true,
    exitCode: toNumber(state["ExitCode"]) ?? 0,
    oomKilled: state["OOMKilled"] === true,
    error: toText(state["Error"]) ?? "",
    env: toEnvironment(config["Env"]),
    exposedTcpPorts: toTcpPorts(config["ExposedPorts"]),
    stopSignal: toText(config["StopSignal"]),
    addresses: textsOfNetworks(networks, "IPAddress"),
    gateways: textsOfNetworks(networks, "Gateway"),
  };
}

function textsOfNetworks(networks: Readonly<Record<string, unknown>>, key: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(networks).flatMap(([name, network]) => {
      const text = toText(toRecord(network)[key]);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

function toContainerSummary(value: unknown): ContainerSummary {
  const summary = toRecord(value);
  const [name] = toList(summary["Names"]);
  const createdSeconds = toNumber(summary["Created"]);
  return {
    id: toText(summary["Id"]) ?? "",
    name: (toText(name) ?? "").replace(/^\//, ""),
    labels: toTextMap(summary["Labels"]),
    createdAt: createdSeconds === undefined ? undefined : createdSeconds * 1000,
  };
}
