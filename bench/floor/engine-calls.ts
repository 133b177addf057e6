import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";
import type { Duplex } from "node:stream";
import type { FloorEngine } from "./floor-order.ts";

/** One call: what goes out, and what counts as done. */
export interface Call {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** A Buffer is a tar stream, anything else is sent as JSON. */
  readonly body?: Buffer | object;
}

/** The engine's API by `node:http` and nothing else. Every refusal is an error: the floor does not recover. */
export class EngineCalls {
  readonly #address: RequestOptions;
  readonly #agent = new Agent({ keepAlive: true });
  #prefix = "";

  constructor(engine: FloorEngine) {
    this.#address = engine;
  }

  /** Speaks the version the engine offers from here on. */
  async agreeOnVersion(): Promise<void> {
    const answer = await this.#answerTo(this.#open({ method: "GET", path: "/_ping" }));
    answer.resume();
    const version = answer.headers["api-version"];
    if (typeof version === "string") this.#prefix = `/v${version}`;
  }

  /** @returns the parsed answer; undefined when it is empty or no JSON. */
  async send(call: Call): Promise<unknown> {
    const text = await this.#text(call);
    return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined;
  }

  /** A header of an answer that has nothing else. */
  async head(path: string, name: string): Promise<string> {
    const answer = await this.#answerTo(this.#open({ method: "HEAD", path }));
    answer.resume();
    return String(answer.headers[name] ?? "");
  }

  /** A raw connection in both directions. */
  async hijack(path: string, body?: object): Promise<Duplex> {
    const outgoing = this.#open({ method: "POST", path, ...(body === undefined ? {} : { body }) }, true);
    return await new Promise((resolve, reject) => {
      outgoing.on("error", reject);
      outgoing.on("upgrade", (_answer, socket: Duplex) => resolve(socket));
      outgoing.on("response", (answer) => reject(new Error(`${path}: status ${answer.statusCode ?? 0}`)));
    });
  }

  async #text(call: Call): Promise<string> {
    const answer = await this.#answerTo(this.#open(call));
    answer.setEncoding("utf8");
    let text = "";
    for await (const chunk of answer) text += String(chunk);
    const status = answer.statusCode ?? 0;
    if (status < 400) return text;
    throw new Error(`${call.method} ${call.path}: status ${status}: ${text.trim()}`);
  }

  #open({ method, path, body }: Call, upgrade = false): ClientRequest {
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const outgoing = request({
      ...this.#address,
      agent: this.#agent,
      method,
      path: this.#prefix + path,
      headers: {
        "content-length": bytes?.length ?? 0,
        ...(bytes === undefined ? {} : { "content-type": bytes === body ? "application/x-tar" : "application/json" }),
        ...(upgrade ? { connection: "Upgrade", upgrade: "tcp" } : {}),
      },
    });
    outgoing.end(bytes);
    return outgoing;
  }

  async #answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      outgoing.on("error", reject);
      outgoing.on("response", resolve);
    });
  }
}
