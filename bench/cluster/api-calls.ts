import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import type { PodOrder } from "./pod-order.ts";

/** `node:https` and nothing else, over connections that stay. */
export class ApiCalls {
  readonly #order: PodOrder;
  readonly #agent: Agent;

  constructor(order: PodOrder) {
    const { ca, cert, key } = order;
    this.#order = order;
    this.#agent = new Agent({
      keepAlive: true,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
  }

  /** @throws Error for every answer but a good one. */
  async send(method: string, path: string, body?: object): Promise<unknown> {
    return JSON.parse(await readAll(await this.open(method, path, body)));
  }

  /** The answer's body, while it comes. */
  async open(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const { server, headers } = this.#order;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: { ...toTexts(headers), ...(payload === undefined ? {} : { "Content-Type": "application/json" }) },
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${server}${path}`, options, resolve).on("error", reject).end(payload);
    });
    if ((answer.statusCode ?? 0) < 300) return answer;
    throw new Error(`${method} ${path}: ${answer.statusCode} ${await readAll(answer)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function toTexts(headers: PodOrder["headers"]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function readAll(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += String(chunk);
  return text;
}
