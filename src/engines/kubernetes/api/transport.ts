import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { type EngineUnavailableError, OutriggerError } from "../../../model/outrigger-error.ts";
import type { Clock } from "../../../system/clock.ts";
import type { ClusterConnection } from "./connection.ts";
import { RateLimit } from "./rate-limit.ts";
import { isPassing, KubernetesRefusal, toRefusal } from "./refusal.ts";
import { isNotSent, isPassingFailure, toUnavailable } from "./unreachable.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Without host and query. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

export interface RetryPolicy {
  /** How often a request is tried again (K-78). */
  readonly limit: number;
  /** Instead of it, for failures whose message has the key in it. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly backoffMaxMs: number;
}

const FIRST_BACKOFF_MS = 500;
/** More than one run needs; a server's own limits are told by 429 and obeyed. */
const RATE = { perSecond: 50, burst: 100 };

/**
 * HTTP calls to one API server: paced, tried again where that helps. Each rejects with `KubernetesRefusal` when the server
 * says no, {@link EngineUnavailableError} when it cannot be reached, and the signal's reason when that is aborted.
 */
export class Transport {
  readonly connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #retry: RetryPolicy;
  readonly #limit: RateLimit;

  constructor(connection: ClusterConnection, clock: Clock, retry: RetryPolicy) {
    this.connection = connection;
    this.#clock = clock;
    this.#retry = retry;
    this.#limit = new RateLimit(clock, RATE);
  }

  /** Resolves with the answer's JSON. */
  async send(request: ApiRequest): Promise<unknown> {
    const attempt = async (): Promise<unknown> => parse(await readAll(await this.#call(request)));
    return await this.#insist(request, attempt, () => this.#readBack(request));
  }

  /** What an earlier try has made; nothing where we may create and not read. */
  async #readBack({ path, body, signal }: ApiRequest): Promise<unknown> {
    try {
      return await this.send({ method: "GET", path: `${path}/${nameIn(body) ?? ""}`, signal });
    } catch (error) {
      if (error instanceof KubernetesRefusal && error.status === 403) return {};
      throw error;
    }
  }

  /** Resolves with the answer's body, to be read once; whoever stops early ends it. It may break off with any error. */
  async open(request: ApiRequest): Promise<AsyncIterable<Uint8Array>> {
    return await this.#insist(request, async () => await this.#call(request));
  }

  /** Opens a connection of another kind (a WebSocket). Only an {@link Answer} is tried again: nothing has begun then. */
  async dial<T>(signal: AbortSignal | undefined, attempt: (credentials: RequestOptions) => Promise<T>): Promise<T> {
    const connect = async (): Promise<T> => await attempt(await this.connection.credentials());
    return await this.#insist({ method: "GET", signal }, connect);
  }

  toUnavailable(error: unknown): EngineUnavailableError {
    return toUnavailable(error, this.connection.server, this.connection.origin);
  }

  /** @param readBack gives what an earlier try has made, when only its answer was lost (K-15). */
  async #insist<T>(
    request: Pick<ApiRequest, "method" | "signal">,
    attempt: () => Promise<T>,
    readBack?: () => Promise<T>,
  ): Promise<T> {
    let isDoubtful = false;
    for (let tried = 0; ; tried++) {
      request.signal?.throwIfAborted();
      await this.#limit.pass(request.signal);
      try {
        return await attempt();
      } catch (error) {
        request.signal?.throwIfAborted();
        if (isDoubtful && readBack !== undefined && error instanceof Answer && error.status === 409)
          return await readBack();
        const pauseMs = this.#pauseAfter(error, tried);
        if (pauseMs === undefined) throw toEngineError(error, (failure) => this.toUnavailable(failure));
        isDoubtful ||= request.method === "POST" && !isNotSent(error);
        await this.#clock.sleep(pauseMs, request.signal);
      }
    }
  }

  #pauseAfter(error: unknown, tried: number): number | undefined {
    const own = this.#ownLimitOf(error);
    if (tried >= (own ?? this.#retry.limit)) return undefined;
    const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** tried, this.#retry.backoffMaxMs);
    if (error instanceof Answer) {
      if (error.status === 401 && tried === 0) {
        this.connection.forget();
        return 0;
      }
      if (own === undefined && !isPassing(error.status)) return undefined;
      return error.retryAfterMs ?? pauseMs;
    }
    const mayPass = own !== undefined || isPassingFailure(error);
    return !(error instanceof OutriggerError) && mayPass ? pauseMs : undefined;
  }

  /** Whoever names a message says as well that it passes. */
  #ownLimitOf(error: unknown): number | undefined {
    const text = error instanceof Answer ? error.body : String(error);
    return Object.entries(this.#retry.limits ?? {}).find(([part]) => text.includes(part))?.[1];
  }

  async #call(request: ApiRequest): Promise<IncomingMessage> {
    const { server } = this.connection;
    const credentials = await this.connection.credentials();
    const url = new URL(`${server}${request.path}${toQueryText(request.query)}`);
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers = {
      ...toHeaders(credentials),
      Accept: "application/json, */*",
      ...(payload === undefined
        ? {}
        : {
            "Content-Type": request.method === "PATCH" ? "application/strategic-merge-patch+json" : "application/json",
            "Content-Length": Buffer.byteLength(payload),
          }),
    };
    const call = url.protocol === "http:" ? httpRequest : httpsRequest;
    const { signal } = request;
    const options = { ...credentials, method: request.method, headers, ...(signal === undefined ? {} : { signal }) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = call(url, options, resolve);
      sent.on("error", reject);
      sent.end(payload);
    });
    if ((answer.statusCode ?? 0) < 300) return answer;
    throw new Answer(answer.statusCode ?? 0, await readAll(answer), answer.headers["retry-after"]);
  }
}

/** `?a=1&b=2`, or nothing. */
export function toQueryText(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** A refusal on its way to being tried again, or told. */
export class Answer extends Error {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, body: string, retryAfter: string | undefined) {
    super(`status ${status}`);
    this.status = status;
    this.body = body;
    this.retryAfterMs = retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  }
}

function toEngineError(error: unknown, toUnavailable: (failure: unknown) => Error): unknown {
  if (error instanceof Answer) return toRefusal(error.status, error.body);
  // Who has no credentials has said why; so has a container that cannot be entered.
  if (error instanceof OutriggerError) return error;
  return error instanceof Error && !("code" in error) ? error : toUnavailable(error);
}

function toHeaders({ headers }: RequestOptions): OutgoingHttpHeaders {
  return headers === undefined || Array.isArray(headers) ? {} : Object.fromEntries(Object.entries(headers));
}

async function readAll(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function nameIn(body: object | undefined): string | undefined {
  const metadata: unknown = body !== undefined && "metadata" in body ? body.metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("name" in metadata)) return undefined;
  return typeof metadata.name === "string" ? metadata.name : undefined;
}
