import type { Agent } from "node:https";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import Modem from "docker-modem";
import { EngineUnavailableError } from "../../../model/outrigger-error.ts";
import type { EngineEndpoint } from "../endpoint.ts";
import { OneBufferAgent } from "./one-buffer-agent.ts";
import { DockerRefusal } from "./refusal.ts";
import { toUnavailable } from "./unreachable.ts";

export interface ApiRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Without version and query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** Value of `X-Registry-Auth`, already encoded. */
  readonly registryAuth?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One HTTP call to the engine. Each rejects with {@link DockerRefusal} when the engine says no,
 * {@link EngineUnavailableError} when it cannot be reached or goes away, and the signal's reason when that is aborted.
 */
export interface Transport {
  readonly endpoint: EngineEndpoint;
  /** Resolves with the whole answer, parsed; its text when it is no JSON. */
  send(request: ApiRequest): Promise<unknown>;
  /** Resolves with the answer's head. */
  open(request: ApiRequest): Promise<OpenAnswer>;
  /**
   * Turns the connection into a raw one in both directions. The caller destroys it. What `data` listeners get is theirs
   * only until they return, unless they pause the connection.
   */
  hijack(request: ApiRequest): Promise<Duplex>;
  upload(request: ApiRequest, content: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface OpenAnswer {
  /** To be read, once; whoever stops early ends the transfer. Rejects as the calls do when it breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
  header(name: string): string | undefined;
}

const ACCEPTED: Modem.StatusCodes = { 101: true, 200: true, 201: true, 202: true, 204: true, 304: true };

/**
 * The transport of dockerode, without dockerode itself: its entry file also loads gRPC and protobuf for BuildKit
 * sessions, which triples the time a program needs before its first call, and we build no images. The package leaves out
 * more of it (`rolldown.config.js`).
 */
export async function connect(endpoint: EngineEndpoint, newestVersion: string): Promise<Transport> {
  return new ModemTransport(await toModemOptions(endpoint), endpoint, `/v${negotiateVersion(newestVersion)}`);
}

/** The newest version of the API that was tried; Docker 20.10 and Podman 4 offer 1.41, Docker 29 asks for 1.44 at least. */
const NEWEST_TRIED = "1.47";

/** The smaller one of what the engine offers and what we know; ours when the engine does not say. */
export function negotiateVersion(offered: string | undefined): string {
  const [, minor] = /^1\.(\d+)$/.exec(offered ?? "") ?? [];
  const [, ours] = NEWEST_TRIED.split(".");
  return minor !== undefined && Number(minor) < Number(ours) ? `1.${minor}` : NEWEST_TRIED;
}

/** Every key is given, `undefined` too: what is left out would be read from `DOCKER_HOST` and its like. */
async function toModemOptions(endpoint: EngineEndpoint): Promise<Modem.ConstructorOptions> {
  const address = { socketPath: undefined, host: undefined, port: undefined, protocol: "http" as const };
  const identity = { ca: undefined, cert: undefined, key: undefined, username: undefined, timeout: undefined };
  const none = { ...address, ...identity };
  if (endpoint.kind === "unix") return { ...none, socketPath: endpoint.socketPath };
  const { host, port, tls } = endpoint;
  if (tls === undefined) return { ...none, host, port };
  const agent = tls.verify ? undefined : await openUnverified();
  return { ...none, host, port, protocol: "https", ca: tls.ca, cert: tls.cert, key: tls.key, agent };
}

/** Loaded for those who need it: it takes as long as all our own modules of an engine. */
async function openUnverified(): Promise<Agent> {
  const { Agent: AgentClass } = await import("node:https");
  return new AgentClass({ keepAlive: true, rejectUnauthorized: false });
}

class ModemTransport implements Transport {
  readonly endpoint: EngineEndpoint;
  readonly #options: Modem.ConstructorOptions;
  readonly #modem: Modem;

  /** `/v1.41`, or empty. */
  readonly #prefix: string;

  constructor(options: Modem.ConstructorOptions, endpoint: EngineEndpoint, prefix: string) {
    this.#prefix = prefix;
    this.#options = options;
    this.#modem = new Modem(options);
    this.endpoint = endpoint;
  }

  async send(request: ApiRequest): Promise<unknown> {
    // Not the transport's own way to read an answer: it waits for ever when the answer breaks off in the middle, as that
    // of a wait does when the engine is killed.
    const { body } = await this.open(request);
    return parseAnswer(await collect(body));
  }

  async open(request: ApiRequest): Promise<OpenAnswer> {
    const answer = await this.#dial(request, { isStream: true });
    if (!(answer instanceof Readable)) throw new Error("the transport gave no stream");
    const headers: unknown = "headers" in answer ? answer.headers : undefined;
    return {
      body: readBody(answer, request.signal, this.endpoint),
      header: (name) => {
        const value = Object(headers)[name.toLowerCase()];
        return typeof value === "string" ? value : undefined;
      },
    };
  }

  async hijack(request: ApiRequest): Promise<Duplex> {
    // An empty body with its length: without one the transport would send a chunk end that the container reads as input.
    const body = request.body === undefined ? { file: Buffer.alloc(0), headers: { "Content-Type": "text/plain" } } : {};
    const isPlain = this.endpoint.kind === "unix" || this.endpoint.tls === undefined;
    const agent = isPlain ? new OneBufferAgent(this.endpoint) : undefined;
    const modem = agent === undefined ? this.#modem : new Modem({ ...this.#options, agent });
    const socket = await this.#dial(request, { hijack: true, ...body }, modem);
    if (agent !== undefined) agent.isRaw = true;
    if (!isDuplex(socket)) throw new Error("the transport gave no raw connection");
    // Whoever reads sees a failure as the end of reading; without a listener it would end the process.
    socket.on("error", () => undefined);
    return socket;
  }

  async upload(request: ApiRequest, content: AsyncIterable<Uint8Array>): Promise<void> {
    const file = Readable.from(content, { objectMode: false });
    let contentError: unknown;
    file.on("error", (error) => {
      contentError = error;
    });
    try {
      await this.#dial(request, { file });
    } catch (error) {
      throw contentError ?? error;
    } finally {
      file.destroy();
    }
  }

  #dial(request: ApiRequest, extra: Partial<Modem.DialOptions>, modem = this.#modem): Promise<unknown> {
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const options: Modem.DialOptions = {
      path: `${this.#prefix}${request.path}?`,
      method: request.method,
      statusCodes: ACCEPTED,
      options: { _query: request.query ?? {}, _body: request.body ?? {} },
      ...(signal === undefined ? {} : { abortSignal: signal }),
      ...(request.registryAuth === undefined ? {} : { authconfig: { base64: request.registryAuth } }),
      ...extra,
    };
    return new Promise<unknown>((resolve, reject) => {
      modem.dial(options, (error, result) => {
        if (!error) resolve(result);
        else reject(signal?.aborted ? signal.reason : toEngineError(error, this.endpoint));
      });
    });
  }
}

async function* readBody(
  answer: Readable,
  signal: AbortSignal | undefined,
  endpoint: EngineEndpoint,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : toUnavailable(error, endpoint);
  } finally {
    answer.destroy();
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Some answers are no JSON: `OK`, and nothing at all. */
function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toEngineError(error: Error, endpoint: EngineEndpoint): Error {
  if (error instanceof EngineUnavailableError) return error;
  if (!("statusCode" in error) || typeof error.statusCode !== "number") return toUnavailable(error, endpoint);
  return new DockerRefusal(error.statusCode, error.message.replace(/^\(HTTP code \d+\) [^-]* - /, "").trim());
}

function isDuplex(value: unknown): value is Duplex {
  return value instanceof Readable && "write" in value;
}
