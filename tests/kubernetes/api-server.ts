import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type JsonRecord, toNumber, toRecord, toText } from "../../src/engines/json.ts";
import type { JsonObject } from "../../src/engines/kubernetes/pod.ts";
import { strategicMerge } from "../../src/engines/kubernetes/strategic-merge.ts";
import { admit } from "./admission.ts";
import { type ApiPath, parsePath, toCall } from "./api-path.ts";
import { createSocketServer, serveExec } from "./exec-socket.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import type { Fault } from "./faults.ts";
import { matchesFields, matchesLabels } from "./selectors.ts";
import { serveWatch } from "./watch-stream.ts";

/** The HTTP side of a fake cluster. */
export class ApiServer {
  readonly #cluster: FakeCluster;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  constructor(cluster: FakeCluster) {
    this.#cluster = cluster;
    this.#server = createServer((request, answer) => {
      this.#serve(request, answer).catch((error: unknown) => refuse(answer, 500, String(error)));
    });
    const sockets = createSocketServer(() => cluster.execProtocols);
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => undefined);
      this.#upgrade(request, socket, (done) => sockets.handleUpgrade(request, socket, head, done)).catch(() =>
        socket.destroy(),
      );
    });
    this.#server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  /** Every connection breaks; new ones are taken. */
  cutConnections(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cutConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = parsePath(request);
    const fault = this.#judge(request, path);
    if (fault?.kind === "answer") {
      const { status, message, retryAfterSeconds } = fault;
      if (retryAfterSeconds !== undefined) answer.setHeader("Retry-After", retryAfterSeconds);
      return refuse(answer, status, message);
    }
    if (fault?.kind === "hang up") return void request.socket.destroy();
    if (fault?.kind === "delay") await delay(fault.ms);
    const body = toRecord(parseBody(await readBody(request)));
    const cutAfterBytes = fault?.kind === "cut" ? fault.afterBytes : undefined;
    const told = fault?.kind === "lose answer" ? undefined : answer;
    await this.#route(path, body, told, cutAfterBytes);
    if (told === undefined) request.socket.destroy();
  }

  /** What keeps the request from being done as it should. */
  #judge(request: IncomingMessage, path: ApiPath): Fault | undefined {
    const cluster = this.#cluster;
    const call = toCall(path);
    cluster.traffic.count(call);
    if (request.headers.authorization !== `Bearer ${cluster.token}`) {
      return { kind: "answer", status: 401, message: "Unauthorized" };
    }
    if (!cluster.hasNamespace(path.namespace)) {
      return { kind: "answer", status: 404, message: `namespaces "${path.namespace}" not found` };
    }
    return cluster.faults.take(call);
  }

  async #route(
    path: ApiPath,
    body: JsonRecord,
    answer: ServerResponse | undefined,
    cutAfterBytes: number | undefined,
  ): Promise<void> {
    const { method, resource, name, subresource } = path;
    if (resource === "version") return reply(answer, 200, this.#cluster.version);
    if (resource === "selfsubjectaccessreviews") return reply(answer, 201, { ...body, status: { allowed: true } });
    if (resource === "nodes") return reply(answer, 200, { items: [NODE] });
    if (subresource === "log" && answer !== undefined) return await this.#log(path, answer, cutAfterBytes);
    if (path.query.get("watch") === "true" && answer !== undefined)
      return serveWatch(this.#cluster, path, answer, cutAfterBytes);
    if (method === "POST") return this.#create(path, body, answer);
    if (method === "PATCH") return this.#patch(path, body, answer);
    if (method === "DELETE") return this.#delete(path, body, answer);
    if (name === "") return this.#list(path, answer);
    const object = this.#cluster.store.find(path);
    return object === undefined ? notFound(answer, path) : reply(answer, 200, object);
  }

  #list(path: ApiPath, answer: ServerResponse | undefined): void {
    const { store } = this.#cluster;
    const { resource, namespace, query } = path;
    const items = store
      .list(resource, namespace)
      .filter((object) => matchesLabels(object, query.get("labelSelector")))
      .filter((object) => matchesFields(object, query.get("fieldSelector")));
    reply(answer, 200, { kind: "List", metadata: { resourceVersion: store.version }, items });
  }

  #create(path: ApiPath, body: JsonRecord, answer: ServerResponse | undefined): void {
    const { resource, namespace } = path;
    const cluster = this.#cluster;
    const name = toText(toRecord(body["metadata"])["name"]) ?? "";
    const place = { resource, namespace, name };
    const overQuota = cluster.quotaFault(place);
    if (overQuota !== undefined) return refuse(answer, 403, overQuota);
    const admission = admit(resource, body, cluster.sidecars);
    if (admission.kind === "refused") return refuse(answer, 422, admission.message);
    const made = cluster.store.create(place, admission.object);
    if (made === undefined) return refuse(answer, 409, `${resource} "${name}" already exists`);
    if (resource === "pods") cluster.schedule(place);
    reply(answer, 201, cluster.store.find(place) ?? made);
  }

  #patch(path: ApiPath, body: JsonRecord, answer: ServerResponse | undefined): void {
    const object = this.#cluster.store.change(path, (old) => merge(old, body));
    if (object === undefined) return notFound(answer, path);
    reply(answer, 200, object);
  }

  #delete(path: ApiPath, body: JsonRecord, answer: ServerResponse | undefined): void {
    const { store } = this.#cluster;
    const object = store.find(path);
    if (object === undefined) return notFound(answer, path);
    if (path.resource === "namespaces") this.#cluster.empty(path.name);
    if (path.resource === "pods") this.#cluster.deletePod(path, toNumber(body["gracePeriodSeconds"]));
    else store.remove(path);
    reply(answer, 200, object);
  }

  async #log(path: ApiPath, answer: ServerResponse, cutAfterBytes: number | undefined): Promise<void> {
    const name = path.query.get("container") ?? "";
    const pod = this.#cluster.pod(path);
    if (pod === undefined) return notFound(answer, path);
    if (this.#cluster.isNodeLost) return refuse(answer, 500, UNREACHABLE);
    const container = pod.containerWithLog(name, path.query.get("previous") === "true");
    if (container === undefined) {
      // It has ended without having begun.
      if (pod.stateOf(name)["terminated"] !== undefined) return void answer.writeHead(200).end();
      const reason = toText(toRecord(pod.stateOf(name)["waiting"])["reason"]) ?? "ContainerCreating";
      return refuse(answer, 400, `container "${name}" in pod "${path.name}" is waiting to start: ${reason}`);
    }
    const over = new AbortController();
    answer.on("close", () => over.abort(new Error("the client has gone")));
    const sinceTime = path.query.get("sinceTime");
    const body = await container.log({
      follow: path.query.get("follow") === "true",
      timestamps: path.query.get("timestamps") === "true",
      since: sinceTime === null ? undefined : Date.parse(sinceTime) / 1000,
      signal: over.signal,
    });
    answer.writeHead(200, { "Content-Type": "text/plain" });
    answer.flushHeaders();
    await sendAll(body, answer, cutAfterBytes);
  }

  async #upgrade(
    request: IncomingMessage,
    socket: Duplex,
    accept: (done: (socket: Parameters<typeof serveExec>[0]) => void) => void,
  ): Promise<void> {
    const path = parsePath(request);
    const fault = this.#judge(request, path);
    if (fault?.kind === "answer") return refuseUpgrade(socket, fault.status, fault.message);
    if (fault?.kind === "hang up") return void socket.destroy();
    if (fault?.kind === "delay") await delay(fault.ms);
    const name = path.query.get("container") ?? "";
    const pod = this.#cluster.pod(path);
    if (pod === undefined) return refuseUpgrade(socket, 404, `pods "${path.name}" not found`);
    if (this.#cluster.isNodeLost) return refuseUpgrade(socket, 500, UNREACHABLE);
    const container = pod.container(name);
    if (container === undefined)
      return refuseUpgrade(socket, 500, `unable to upgrade connection: container not found ("${name}")`);
    accept((open) => {
      void serveExec(open, {
        container,
        argv: path.query.getAll("command"),
        hasInput: path.query.get("stdin") === "true",
        cutAfterBytes: fault?.kind === "cut" ? fault.afterBytes : undefined,
      });
    });
  }
}

const UNREACHABLE = "error dialing backend: dial tcp 10.0.0.9:10250: i/o timeout";

const NODE = {
  metadata: { name: "fake" },
  status: {
    capacity: { cpu: "2", memory: "8388608Ki" },
    nodeInfo: { operatingSystem: "linux", architecture: "amd64" },
  },
};

async function sendAll(
  body: AsyncIterable<Uint8Array>,
  answer: ServerResponse,
  cutAfterBytes: number | undefined,
): Promise<void> {
  let left = cutAfterBytes ?? Number.POSITIVE_INFINITY;
  try {
    for await (const chunk of body) {
      const piece = chunk.subarray(0, left);
      left -= piece.length;
      await new Promise<void>((resolve) => answer.write(piece, () => resolve()));
      if (left <= 0) return void answer.socket?.destroy();
    }
    answer.end();
  } catch {
    answer.destroy();
  }
}

function reply(answer: ServerResponse | undefined, status: number, body: object): void {
  if (answer === undefined) return;
  answer.writeHead(status, { "Content-Type": "application/json" });
  answer.end(JSON.stringify(body));
}

function refuse(answer: ServerResponse | undefined, status: number, message: string): void {
  reply(answer, status, toStatus(status, message));
}

function notFound(answer: ServerResponse | undefined, { resource, name }: ApiPath): void {
  refuse(answer, 404, `${resource} "${name}" not found`);
}

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify(toStatus(status, message));
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
}

/** Everything here came as JSON; only its type does not say so. */
function merge(old: JsonRecord, patch: JsonRecord): JsonRecord {
  const [target, changes]: readonly JsonObject[] = JSON.parse(JSON.stringify([old, patch]));
  return strategicMerge(target ?? {}, changes ?? {}, (why, place) => new Error(`${place}: ${why}`));
}

function toStatus(code: number, message: string): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): unknown {
  return text === "" ? {} : JSON.parse(text);
}
