import { EngineFailureError } from "../../../model/outrigger-error.ts";
import { isReachable, type ListeningSocket, parseListeningSockets } from "../../../text/proc-net-tcp.ts";
import type { DialResult } from "../../engine.ts";
import { agentArgv } from "../agent/agent-argv.ts";
import type { ExecSession } from "../api/exec.ts";
import { isPassing } from "./passing.ts";
import type { PodRun } from "./pod-run.ts";
import { HELPER } from "./stage.ts";

interface Question {
  readonly answer: (sockets: readonly ListeningSocket[]) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Who listens in a pod: the kernel's own table, read by one command that stays and answers as often as it is asked. All
 * containers of a pod share the table, so a service's image needs no tool for it.
 */
export class PortTable {
  readonly #pod: PodRun;
  readonly #address: string;
  #session: Promise<ExecSession> | undefined;
  #text = "";
  readonly #questions: Question[] = [];
  #asked: Promise<readonly ListeningSocket[]> | undefined;

  /** @param address where those who want to connect would look for it. */
  constructor(pod: PodRun, address: string) {
    this.#pod = pod;
    this.#address = address;
  }

  /** Whether somebody of the job could connect to the port. */
  async dial(port: number, signal: AbortSignal): Promise<DialResult> {
    signal.throwIfAborted();
    // It may come later than the services: until then nobody of the job could connect either.
    if (!this.#pod.isRunning(HELPER)) return { kind: "refused" };
    const sockets = await this.#ask().catch((error: unknown) => {
      // Whether it was the connection or its container that ended: who asks again gets an answer, or hears of the end.
      if (isPassing(error) || !this.#pod.isRunning(HELPER)) return [];
      throw error;
    });
    signal.throwIfAborted();
    const isOpen = sockets.some((socket) => socket.port === port && isReachable(socket, this.#address));
    return { kind: isOpen ? "accepted" : "refused" };
  }

  close(): void {
    this.#session?.then((session) => session.close()).catch(() => undefined);
    this.#session = undefined;
  }

  /** Who asks while somebody else does gets the same answer. */
  async #ask(): Promise<readonly ListeningSocket[]> {
    this.#asked ??= this.#askAnew().finally(() => {
      this.#asked = undefined;
    });
    return await this.#asked;
  }

  async #askAnew(): Promise<readonly ListeningSocket[]> {
    this.#session ??= this.#open();
    const session = await this.#session.catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    const answer = new Promise<readonly ListeningSocket[]>((resolve, reject) => {
      this.#questions.push({ answer: resolve, fail: reject });
    });
    await session.send(Buffer.from("\n"));
    return await answer;
  }

  async #open(): Promise<ExecSession> {
    const argv = agentArgv("table");
    this.#text = "";
    const session = await this.#pod.exec({ container: HELPER, argv, stdin: true }, (fd, chunk) => {
      if (fd === 1) this.#take(Buffer.from(chunk).toString("latin1"));
    });
    const fail = (error: unknown): void => {
      this.#session = undefined;
      for (const question of this.#questions.splice(0)) question.fail(error);
    };
    session.ended.then(() => fail(notRead()), fail);
    return session;
  }

  #take(text: string): void {
    this.#text += text;
    for (let at = this.#text.indexOf("end\n"); at >= 0; at = this.#text.indexOf("end\n")) {
      const table = this.#text.slice(0, at);
      this.#text = this.#text.slice(at + "end\n".length);
      this.#questions.shift()?.answer(parseListeningSockets(table));
    }
  }
}

function notRead(): EngineFailureError {
  const what = `container "${HELPER}" cannot tell who listens in the pod: its shell has ended`;
  return new EngineFailureError("ports_not_read", what, { hint: "helper_image in the settings names another image" });
}
