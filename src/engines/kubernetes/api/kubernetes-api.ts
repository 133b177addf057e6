import type { Clock } from "../../../system/clock.ts";
import { type JsonRecord, toList, toRecord, toText } from "../../json.ts";
import type { ClusterConnection } from "./connection.ts";
import { type ExecOutput, type ExecRequest, type ExecSession, startExec } from "./exec.ts";
import { isGone, KubernetesRefusal } from "./refusal.ts";
import { type RetryPolicy, Transport } from "./transport.ts";

/** The kinds of objects we make, by their names in paths. */
export type ResourceKind = "pods" | "configmaps" | "secrets" | "serviceaccounts" | "namespaces";

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** RFC 3339: from this second on. */
  readonly sinceTime?: string | undefined;
  /** Of the container as it was before it was started again. */
  readonly isPrevious: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface WatchRequest {
  readonly namespace: string;
  readonly labels: string;
  /** Of the list that the watch goes on from. */
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
}

/** A list and the place in time it was made at. */
export interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly JsonRecord[];
}

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  /** `v1.33.1+k3s1` */
  readonly text: string;
}

export interface NodeFacts {
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** The calls we make, one method each; a name space stands in none, and its own is empty. Failures are those of {@link Transport}. */
export class KubernetesApi {
  readonly connection: ClusterConnection;
  readonly #transport: Transport;

  constructor(connection: ClusterConnection, clock: Clock, retry: RetryPolicy) {
    this.connection = connection;
    this.#transport = new Transport(connection, clock, retry);
  }

  async version(signal?: AbortSignal): Promise<ServerVersion> {
    const answer = toRecord(await this.#transport.send({ method: "GET", path: "/version", signal }));
    // `19+` on some clusters (K-34).
    const number = (key: string): number => Number.parseInt(toText(answer[key]) ?? "", 10) || 0;
    return { major: number("major"), minor: number("minor"), text: toText(answer["gitVersion"]) ?? "" };
  }

  async create(kind: ResourceKind, namespace: string, object: object, signal?: AbortSignal): Promise<JsonRecord> {
    return toRecord(
      await this.#transport.send({ method: "POST", path: pathOf(kind, namespace), body: object, signal }),
    );
  }

  /** @returns undefined when there is none of that name. */
  async find(
    kind: ResourceKind,
    namespace: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<JsonRecord | undefined> {
    try {
      const path = `${pathOf(kind, namespace)}/${name}`;
      return toRecord(await this.#transport.send({ method: "GET", path, signal }));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** A strategic merge patch. */
  async patch(kind: ResourceKind, namespace: string, name: string, patch: object, signal?: AbortSignal): Promise<void> {
    await this.#transport.send({ method: "PATCH", path: `${pathOf(kind, namespace)}/${name}`, body: patch, signal });
  }

  /** @param graceSeconds undefined: the object's own. @returns false when it was gone already. */
  async remove(kind: ResourceKind, namespace: string, name: string, graceSeconds?: number): Promise<boolean> {
    const body = {
      propagationPolicy: "Background",
      ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    };
    try {
      await this.#transport.send({ method: "DELETE", path: `${pathOf(kind, namespace)}/${name}`, body });
      return true;
    } catch (error) {
      if (isLeaving(kind, error)) return false;
      throw error;
    }
  }

  async list(kind: ResourceKind, namespace: string, labels: string, signal?: AbortSignal): Promise<ObjectList> {
    const query = { labelSelector: labels };
    const answer = toRecord(
      await this.#transport.send({ method: "GET", path: pathOf(kind, namespace), query, signal }),
    );
    return {
      resourceVersion: toText(toRecord(answer["metadata"])["resourceVersion"]) ?? "",
      items: toList(answer["items"]).map(toRecord),
    };
  }

  /** Changes of pods as they come, as the API writes them: a line of JSON each. */
  async watchPods(request: WatchRequest): Promise<AsyncIterable<Uint8Array>> {
    const { namespace, labels, resourceVersion, signal } = request;
    const query = {
      watch: true,
      allowWatchBookmarks: true,
      labelSelector: labels,
      resourceVersion,
      timeoutSeconds: 240,
    };
    return await this.#transport.open({ method: "GET", path: pathOf("pods", namespace), query, signal });
  }

  /** A container's log from its beginning, or from a time on, until the container has ended. Each line has its time. */
  async followLog(request: LogRequest): Promise<AsyncIterable<Uint8Array>> {
    const { namespace, pod, container, sinceTime, isPrevious, signal } = request;
    const query = { container, follow: true, timestamps: true, sinceTime, ...(isPrevious ? { previous: true } : {}) };
    return await this.#transport.open({
      method: "GET",
      path: `${pathOf("pods", namespace)}/${pod}/log`,
      query,
      signal,
    });
  }

  /** Messages of the Warning events of one pod, oldest first. */
  async warnings(namespace: string, podUid: string, signal?: AbortSignal): Promise<readonly string[]> {
    const path = `/api/v1/namespaces/${namespace}/events`;
    const query = { fieldSelector: `involvedObject.uid=${podUid},type=Warning` };
    const answer = toRecord(await this.#transport.send({ method: "GET", path, query, signal }));
    const events = toList(answer["items"]).map(toRecord);
    const sorted = events.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
    return [...new Set(sorted.flatMap((event) => toText(event["message"]) ?? []))];
  }

  /** What the nodes are and hold together; empty when we may not see them. */
  async nodes(signal?: AbortSignal): Promise<readonly NodeFacts[]> {
    try {
      const answer = toRecord(await this.#transport.send({ method: "GET", path: "/api/v1/nodes", signal }));
      return toList(answer["items"]).map((node) => toNodeFacts(toRecord(toRecord(node)["status"])));
    } catch (error) {
      if (error instanceof KubernetesRefusal) return [];
      throw error;
    }
  }

  async exec(request: ExecRequest, output: ExecOutput): Promise<ExecSession> {
    return await startExec(this.#transport, request, output);
  }
}

function pathOf(kind: ResourceKind, namespace: string): string {
  return kind === "namespaces" ? "/api/v1/namespaces" : `/api/v1/namespaces/${namespace}/${kind}`;
}

/** It is gone, or all around it is; of a name space also: it is being emptied already. */
function isLeaving(kind: ResourceKind, error: unknown): boolean {
  if (!(error instanceof KubernetesRefusal)) return false;
  return error.status === 404 || (kind === "namespaces" && error.status === 409);
}

function timeOf(event: JsonRecord): string {
  return toText(event["lastTimestamp"]) ?? toText(event["eventTime"]) ?? "";
}

function toNodeFacts(status: JsonRecord): NodeFacts {
  const info = toRecord(status["nodeInfo"]);
  const capacity = toRecord(status["capacity"]);
  return {
    operatingSystem: toText(info["operatingSystem"]) ?? "linux",
    architecture: toText(info["architecture"]) ?? "unknown",
    cpus: Number(toText(capacity["cpu"])) || 0,
    // Nodes tell it in KiB.
    memoryBytes: (Number.parseInt(toText(capacity["memory"]) ?? "0", 10) || 0) * 1024,
  };
}
