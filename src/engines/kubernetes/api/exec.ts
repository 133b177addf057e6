import type { IncomingMessage } from "node:http";
import { toList, toRecord, toText } from "../../json.ts";
import { toRefusal } from "./refusal.ts";
import { Answer, type Transport } from "./transport.ts";
import { type WebSocket, webSocketClass } from "./web-socket.ts";

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly string[];
  /** Whether {@link ExecSession.send} will be used. */
  readonly stdin?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Takes output as it comes, `fd` 1 or 2; nothing more is read until its promise resolves. */
export type ExecOutput = (fd: 1 | 2, chunk: Uint8Array) => void | Promise<void>;

export type ExecEnd =
  | { readonly kind: "ended"; readonly exitCode: number }
  /** The command could not be run; the cluster's own words. */
  | { readonly kind: "not_run"; readonly detail: string };

/** A command that runs in a container. */
export interface ExecSession {
  /** Resolves when the bytes are on their way. Its input has no end: with `v4` that would end the whole session (K-114). */
  send(bytes: Uint8Array): Promise<void>;
  /**
   * Resolves when the command has ended and all its output went to the sink. Rejects with EngineUnavailableError when the
   * connection was lost before, with the signal's reason when that is aborted, with the sink's own error.
   */
  readonly ended: Promise<ExecEnd>;
  close(): void;
}

/** Newest first. SPDY is never spoken. */
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const INPUT = 0;
const STATUS = 3;

/** A connection that answers nothing for that long is dead, whatever its socket says. */
const PING_EVERY_MS = 5_000;
const UNANSWERED_PINGS = 3;

/** Starts a command; resolves once the server has agreed. @throws KubernetesRefusal when it does not. */
export async function startExec(transport: Transport, request: ExecRequest, output: ExecOutput): Promise<ExecSession> {
  const { signal } = request;
  const SocketClass = webSocketClass();
  return await transport.dial(signal, async (credentials) => {
    const socket = new SocketClass(toUrl(transport.connection.server, request), PROTOCOLS, credentials);
    const session = new Session(socket, output, transport, signal);
    try {
      await session.opened;
    } catch (error) {
      session.close();
      throw signal?.aborted ? signal.reason : error;
    }
    return session;
  });
}

function toUrl(server: string, { namespace, pod, container, argv, stdin }: ExecRequest): string {
  const query = [
    ["container", container],
    ["stdout", "true"],
    ["stderr", "true"],
    ...(stdin === true ? [["stdin", "true"]] : []),
    ...argv.map((word) => ["command", word]),
  ].map(([key = "", value = ""]) => `${key}=${encodeURIComponent(value)}`);
  return `${server.replace(/^http/, "ws")}/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.join("&")}`;
}

class Session implements ExecSession {
  readonly opened: Promise<void>;
  readonly ended: Promise<ExecEnd>;
  readonly #socket: WebSocket;
  readonly #output: ExecOutput;
  /** Output is handed on piece by piece, in the order it came. */
  #handing: Promise<void> = Promise.resolve();
  #queued = 0;
  #status: ExecEnd | undefined;
  #unanswered = 0;
  #finish: (error: unknown) => void = () => undefined;

  constructor(socket: WebSocket, output: ExecOutput, transport: Transport, signal: AbortSignal | undefined) {
    this.#socket = socket;
    this.#output = output;
    socket.binaryType = "nodebuffer";
    const onAbort = (): void => this.#finish(signal?.reason);
    let pinging: NodeJS.Timeout | undefined;
    this.opened = new Promise<void>((resolve, reject) => {
      socket.on("open", () => {
        pinging = setInterval(() => this.#ping(transport), PING_EVERY_MS).unref();
        resolve();
      });
      socket.on("error", (error) => reject(transport.toUnavailable(error)));
      socket.on("unexpected-response", (_, answer) => void readRefusal(answer).then(reject, reject));
    });
    this.ended = new Promise<ExecEnd>((resolve, reject) => {
      let isFinished = false;
      this.#finish = (error) => {
        if (isFinished) return;
        isFinished = true;
        clearInterval(pinging);
        signal?.removeEventListener("abort", onAbort);
        socket.terminate();
        if (error === undefined && this.#status !== undefined) resolve(this.#status);
        else reject(error ?? transport.toUnavailable(new Error("the connection to a container was cut")));
      };
      socket.on("error", (error) => this.#finish(transport.toUnavailable(error)));
      // What came before the end is handed on before it is told.
      socket.on("close", () => void this.#handing.then(() => this.#finish(undefined)));
    });
    this.opened.catch(() => undefined);
    this.ended.catch(() => undefined);
    socket.on("message", (data) => this.#receive(data));
    socket.on("pong", () => {
      this.#unanswered = 0;
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  }

  async send(bytes: Uint8Array): Promise<void> {
    const message = Buffer.concat([Buffer.of(INPUT), bytes]);
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.#finish(new Error("the session was closed"));
  }

  #receive(data: unknown): void {
    if (!(data instanceof Buffer) || data.length === 0) return;
    const [channel] = data;
    const payload = data.subarray(1);
    if (channel === STATUS) {
      this.#status = toEnd(payload.toString("utf8"));
      void this.#handing.then(() => this.#finish(undefined));
    } else if ((channel === 1 || channel === 2) && payload.length > 0) {
      this.#hand(channel, payload);
    }
  }

  #hand(fd: 1 | 2, chunk: Uint8Array): void {
    this.#queued++;
    this.#socket.pause();
    this.#handing = this.#handing.then(async () => {
      try {
        await this.#output(fd, chunk);
      } catch (error) {
        this.#finish(error);
      }
      this.#queued--;
      if (this.#queued === 0) this.#socket.resume();
    });
  }

  #ping(transport: Transport): void {
    if (this.#queued > 0) return;
    this.#unanswered++;
    if (this.#unanswered > UNANSWERED_PINGS) {
      this.#finish(transport.toUnavailable(new Error("a container's connection went silent")));
    } else {
      this.#socket.ping();
    }
  }
}

async function readRefusal(answer: IncomingMessage): Promise<never> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) if (chunk instanceof Buffer) chunks.push(chunk);
  const { statusCode: status = 0, headers } = answer;
  const body = Buffer.concat(chunks).toString("utf8");
  // Only these are the server's own: 500 is also what a container that does not run gives.
  throw [401, 429, 503].includes(status) ? new Answer(status, body, headers["retry-after"]) : toRefusal(status, body);
}

/** The status that ends a session: `{"status": "Success"}`, or a failure with the exit code among its causes. */
function toEnd(text: string): ExecEnd {
  const status = parseStatus(text);
  if (status["status"] === "Success") return { kind: "ended", exitCode: 0 };
  const causes = toList(toRecord(status["details"])["causes"]).map(toRecord);
  const code = toText(causes.find((cause) => cause["reason"] === "ExitCode")?.["message"]);
  if (code !== undefined && /^\d+$/.test(code)) return { kind: "ended", exitCode: Number(code) };
  return { kind: "not_run", detail: toText(status["message"]) ?? text };
}

function parseStatus(text: string): Readonly<Record<string, unknown>> {
  try {
    return toRecord(JSON.parse(text));
  } catch {
    return {};
  }
}
