import type { Duplex } from "node:stream";
import type { EngineCalls } from "./engine-calls.ts";

/** The calls about one container, in the words of the engine's API. */
export class Container {
  readonly id: string;
  readonly #calls: EngineCalls;
  #exitCode: Promise<number> | undefined;
  #hasEnded = false;
  #idle: Duplex | undefined;

  private constructor(calls: EngineCalls, id: string) {
    this.#calls = calls;
    this.id = id;
  }

  static async create(calls: EngineCalls, name: string, body: object): Promise<Container> {
    const created = await calls.send({ method: "POST", path: `/containers/create?name=${name}`, body });
    return new Container(calls, textAt(created, "Id"));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async writeArchive(path: string, tar: Buffer): Promise<void> {
    const target = `/containers/${this.id}/archive?path=${encodeURIComponent(path)}`;
    await this.#calls.send({ method: "PUT", path: target, body: tar });
  }

  /** When a path was last changed, in epoch milliseconds. */
  async modifiedAt(path: string): Promise<number> {
    const target = `/containers/${this.id}/archive?path=${encodeURIComponent(path)}`;
    const stat = await this.#calls.head(target, "x-docker-container-path-stat");
    return Date.parse(textAt(JSON.parse(Buffer.from(stat, "base64").toString("utf8")), "mtime"));
  }

  /** Attaches and starts; {@link start} then gives the input. */
  async startIdle(): Promise<void> {
    this.#idle = await this.#attachAndStart("1");
  }

  /** Attaches, starts, gives the input and begins to wait for the end. Its output is read and dropped. */
  async start(input: string | undefined): Promise<void> {
    const socket = this.#idle ?? (await this.#attachAndStart(input === undefined ? "0" : "1"));
    const drained = drain(socket);
    if (input !== undefined) socket.end(input);
    const waited = this.#calls.send({ method: "POST", path: `/containers/${this.id}/wait` });
    this.#exitCode = Promise.all([waited, drained]).then(([answer]) => {
      this.#hasEnded = true;
      return numberAt(answer, "StatusCode");
    });
  }

  async #attachAndStart(stdin: "0" | "1"): Promise<Duplex> {
    const socket = await this.#calls.hijack(`/containers/${this.id}/attach?stream=1&stdout=1&stderr=1&stdin=${stdin}`);
    await this.#calls.send({ method: "POST", path: `/containers/${this.id}/start` });
    return socket;
  }

  /** Resolves when the process has ended and its output was read. */
  async exitCode(): Promise<number> {
    if (this.#exitCode === undefined) throw new Error("a container was not started");
    return await this.#exitCode;
  }

  async inspect(): Promise<unknown> {
    return await this.#calls.send({ method: "GET", path: `/containers/${this.id}/json` });
  }

  async exec(argv: readonly string[]): Promise<number> {
    const body = { Cmd: argv, AttachStdout: true, AttachStderr: true };
    const id = textAt(await this.#calls.send({ method: "POST", path: `/containers/${this.id}/exec`, body }), "Id");
    await drain(await this.#calls.hijack(`/exec/${id}/start`, { Detach: false, Tty: false }));
    return numberAt(await this.#calls.send({ method: "GET", path: `/exec/${id}/json` }), "ExitCode");
  }

  /** One that has ended by itself on the way is refused, and is what was wanted: a flood is over when it is over. */
  async kill(signalName: string): Promise<void> {
    try {
      await this.#calls.send({ method: "POST", path: `/containers/${this.id}/kill?signal=${signalName}` });
    } catch (error) {
      if (!(error instanceof Error && error.message.includes(": status 409:"))) throw error;
    }
  }

  async remove(): Promise<void> {
    await this.#calls.send({ method: "DELETE", path: `/containers/${this.id}?force=true&v=true` });
  }
}

/** The value at a path of keys; undefined where one of them is missing. */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

export function textAt(value: unknown, ...keys: readonly string[]): string {
  const found = valueAt(value, ...keys);
  if (typeof found === "string") return found;
  throw new Error(`the engine's answer has no text at ${keys.join(".")}`);
}

function numberAt(value: unknown, key: string): number {
  const found = valueAt(value, key);
  if (typeof found === "number") return found;
  throw new Error(`the engine's answer has no number at ${key}`);
}

async function drain(socket: Duplex): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
    socket.on("end", () => socket.end());
    socket.resume();
  });
}
