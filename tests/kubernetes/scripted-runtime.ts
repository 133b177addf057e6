import type { Readable } from "node:stream";
import type {
  ContainerRuntime,
  RuntimeContainer,
  RuntimeExec,
  RuntimeExit,
  RuntimeLogRequest,
  RuntimePod,
} from "./container-runtime.ts";
import type { ContainerView, PodView } from "./pod-view.ts";
import { ScriptedOutput } from "./scripted-output.ts";

/** What a script or a service does instead of running. */
export type ScriptedProgram = (process: ScriptedProcess) => Promise<number>;

export interface ScriptedProcess {
  /** The script as it was handed in; of a service, its arguments. */
  readonly text: string;
  readonly print: (text: string, fd?: 1 | 2) => void;
  /** Aborted when it is told to stop. */
  readonly signal: AbortSignal;
}

export interface ScriptedPrograms {
  readonly script?: ScriptedProgram;
  readonly service?: ScriptedProgram;
}

/** Images that are nowhere. */
const MISSING = /missing/;
const FIRST_STAMP_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
/** So many lines of a log have one stamp: the harder case for whoever goes on after a cut. */
const LINES_PER_STAMP = 3;

/** Containers without processes: the agent's commands are understood, scripts and services are functions. Thousands cost nothing. */
export class ScriptedRuntime implements ContainerRuntime {
  readonly #programs: ScriptedPrograms;
  readonly #pods = new Map<string, ScriptedPod>();

  constructor(programs: ScriptedPrograms = {}) {
    this.#programs = programs;
  }

  async hasImage(image: string): Promise<boolean> {
    return !MISSING.test(image);
  }

  async openPod(pod: PodView): Promise<RuntimePod> {
    const made = new ScriptedPod(`10.0.0.${1 + (this.#pods.size % 250)}`, this.#programs);
    this.#pods.set(pod.name, made);
    return made;
  }

  /** As if the kernel had done it. */
  kill(pod: string, container: string, exit: RuntimeExit): void {
    this.#pods.get(pod)?.containers.get(container)?.exit(exit);
  }
}

class ScriptedPod implements RuntimePod {
  readonly ip: string;
  readonly containers = new Map<string, ScriptedContainer>();
  /** By folder and name; agents of one pod share them. */
  readonly #stages = new Map<string, ScriptedStage>();
  readonly #programs: ScriptedPrograms;

  constructor(ip: string, programs: ScriptedPrograms) {
    this.ip = ip;
    this.#programs = programs;
  }

  async start(container: ContainerView): Promise<RuntimeContainer> {
    const made = new ScriptedContainer(container, this.#stages, this.#programs);
    this.containers.set(container.name, made);
    return made;
  }

  async close(): Promise<void> {
    for (const container of this.containers.values()) container.exit({ exitCode: 137, oomKilled: false });
  }
}

class ScriptedStage {
  readonly out = new ScriptedOutput();
  readonly err = new ScriptedOutput();
  readonly #stop = new AbortController();
  readonly ended: Promise<number>;

  constructor(text: string, program: ScriptedProgram) {
    const print = (said: string, fd: 1 | 2 = 1): void => (fd === 1 ? this.out : this.err).add(said);
    const stopped = new Promise<number>((resolve) => {
      this.#stop.signal.addEventListener("abort", () => resolve(143));
    });
    this.ended = Promise.race([program({ text, print, signal: this.#stop.signal }), stopped]);
    void this.ended.then(() => {
      this.out.end();
      this.err.end();
    });
  }

  stop(): void {
    this.#stop.abort(new Error("told to stop"));
  }
}

class ScriptedContainer implements RuntimeContainer {
  readonly ended: Promise<RuntimeExit>;
  readonly exit: (exit: RuntimeExit) => void;
  readonly #stages: Map<string, ScriptedStage>;
  readonly #programs: ScriptedPrograms;
  readonly #log = new ScriptedOutput();
  readonly #stop = new AbortController();
  #lines = 0;

  constructor(view: ContainerView, stages: Map<string, ScriptedStage>, programs: ScriptedPrograms) {
    const { promise, resolve } = Promise.withResolvers<RuntimeExit>();
    this.ended = promise;
    this.#stages = stages;
    this.#programs = programs;
    this.exit = (exit) => {
      this.#log.end();
      this.#stop.abort(new Error("it has ended"));
      resolve(exit);
    };
    const isAgent = view.command?.[2] === "serve";
    const program = isAgent ? untilStopped : (programs.service ?? untilStopped);
    const print = (said: string): void => this.#print(said);
    const work = program({ text: view.args?.join(" ") ?? "", print, signal: this.#stop.signal });
    void work.then((exitCode) => this.exit({ exitCode, oomKilled: false }));
  }

  async log({ follow, timestamps, since, signal }: RuntimeLogRequest): Promise<AsyncIterable<Uint8Array>> {
    if (!timestamps) throw new Error("the fake's logs have time stamps");
    return sinceStamp(this.#log.from(0, signal, follow), since);
  }

  async stop(graceSeconds: number): Promise<void> {
    this.#stop.abort(new Error("told to stop"));
    if (graceSeconds === 0) this.exit({ exitCode: 137, oomKilled: false });
    await this.ended;
  }

  async exec(request: RuntimeExec): Promise<number> {
    const [program = "", file = "", command = "", ...words] = request.argv;
    if (program === "cat") return await this.#readExit(file, request);
    if (program === "sh" && file === "-c") return this.#answerTest(command, words);
    if (program !== "sh") return 0;
    switch (command) {
      case "deliver":
        return await this.#deliver(words, request);
      case "follow":
        return await this.#follow(words, request);
      case "stop":
        this.#stages.get(words.slice(0, 2).join("/"))?.stop();
        return 0;
      case "leave":
        this.exit({ exitCode: 143, oomKilled: false });
        return 0;
      case "unpack":
        await readBytes(request.input, Number(words[1]));
        return 0;
      case "table":
        return await answerLines(request);
      default:
        return 127;
    }
  }

  /** Whether a script was received; anything else succeeds. */
  #answerTest(test: string, [path = ""]: readonly string[]): number {
    return !test.startsWith("[ -e") || this.#stages.has(path.replace(/\.run$/, "")) ? 0 : 1;
  }

  async #deliver([folder = "", name = ""]: readonly string[], request: RuntimeExec): Promise<number> {
    const text = await readCounted(request.input);
    // The input was cut short: nothing runs of half a script.
    if (text === undefined) return 125;
    const key = `${folder}/${name}`;
    // A script that was received is never begun twice.
    if (!this.#stages.has(key)) this.#stages.set(key, new ScriptedStage(text, this.#programs.script ?? succeed));
    return await this.#follow([folder, name, "0", "0"], request);
  }

  async #follow([folder, name, out, err]: readonly string[], { output, signal }: RuntimeExec): Promise<number> {
    const stage = this.#stages.get(`${folder}/${name}`);
    if (stage === undefined) return 125;
    const copy = async (fd: 1 | 2, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of bytes) await output(fd, chunk);
    };
    await Promise.all([copy(1, stage.out.from(Number(out), signal)), copy(2, stage.err.from(Number(err), signal))]);
    return await stage.ended;
  }

  async #readExit(file: string, { output }: RuntimeExec): Promise<number> {
    const stage = this.#stages.get(file.replace(/\.exit$/, ""));
    if (stage === undefined) return 1;
    await output(1, Buffer.from(`${await stage.ended}\n`));
    return 0;
  }

  #print(text: string): void {
    for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      const at = new Date(FIRST_STAMP_MS + Math.floor(this.#lines++ / LINES_PER_STAMP) * 250);
      this.#log.add(`${at.toISOString().replace("Z", "000000Z")} ${line}`);
    }
  }
}

const succeed: ScriptedProgram = async () => 0;

async function untilStopped({ signal }: ScriptedProcess): Promise<number> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  return 143;
}

/** Chunks of a scripted log are its lines. */
async function* sinceStamp(lines: AsyncIterable<Uint8Array>, since: number | undefined): AsyncGenerator<Uint8Array> {
  for await (const line of lines) {
    const [stamp = ""] = Buffer.from(line).toString("utf8").split(" ");
    if (since === undefined || Date.parse(stamp) / 1000 >= since) yield line;
  }
}

/** The first so many bytes of an input that need not end. */
async function readBytes(input: Readable | undefined, length: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (length > 0 && input !== undefined) {
    for await (const chunk of input) {
      if (!(chunk instanceof Buffer)) continue;
      chunks.push(chunk);
      size += chunk.length;
      if (size >= length) break;
    }
  }
  return Buffer.concat(chunks).subarray(0, length).toString("utf8");
}

/** A number, the end of its line, and so many bytes. @returns undefined when the input ends before. */
async function readCounted(input: RuntimeExec["input"]): Promise<string | undefined> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of input ?? []) {
    if (chunk instanceof Buffer) bytes = Buffer.concat([bytes, chunk]);
    const begin = bytes.indexOf("\n") + 1;
    const length = Number(bytes.toString("utf8", 0, begin));
    if (begin > 0 && bytes.length >= begin + length) return bytes.toString("utf8", begin, begin + length);
  }
  return undefined;
}

async function answerLines({ input, output, signal }: RuntimeExec): Promise<number> {
  if (input === undefined) return 0;
  for await (const _ of input) {
    if (signal.aborted) return 0;
    await output(1, Buffer.from("end\n"));
  }
  return 0;
}
