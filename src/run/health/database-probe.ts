import type { ExecResult, RunningService } from "../../engines/engine.ts";
import { firstLine } from "./exec-probe.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";
import { findServerPhase, parseProcesses } from "./processes.ts";

/** An image whose start script never ends by itself: the same server for so long is the real one. */
const SAME_SERVER_MS = 15_000;

type Ended = Extract<ExecResult, { kind: "ended" }>;

export interface DatabaseQuestion {
  readonly name: string;
  /** A shell script that asks the server over TCP; its exit code and output are judged. `"$@"` are `argv`. */
  readonly script: string;
  readonly argv: readonly string[];
  /** Names of the server's process. */
  readonly serverNames: readonly string[];
  readonly judge: (result: Ended) => ProbeAnswer;
}

/** Stands between the answer and the list of processes in the output of one command. */
const DIVIDER = "--processes--";

/**
 * Asks a database server that may start twice: a good answer counts only from the server that stays.
 *
 * One command gives both the answer and the processes, so that no restart fits in between.
 */
export function databaseProbe(running: RunningService, question: DatabaseQuestion, elapsed: () => number): Probe {
  const script = `{ ${question.script}\n}; code=$?; echo; echo ${DIVIDER}; cat /proc/[0-9]*/stat 2>/dev/null; exit $code`;
  const argv = ["sh", "-c", script, question.name, ...question.argv];
  const watch = new SameServerWatch(elapsed);
  return {
    name: question.name,
    check: async (signal) => {
      const result = await running.exec(argv, signal);
      if (result.kind === "not_run") return { kind: "cannot", detail: result.detail };
      const [answer = "", table = ""] = result.stdout.split(DIVIDER);
      const judged = judgeAnswer(question, { ...result, stdout: answer.trim() });
      if (judged.kind !== "ready") return judged;
      const phase = findServerPhase(parseProcesses(table), question.serverNames);
      if (phase.kind !== "initialising" || watch.isOldEnough(phase.startTime)) return judged;
      return { kind: "not_yet", detail: `still initialising (${phase.busyWith} runs)` };
    },
  };
}

function judgeAnswer(question: DatabaseQuestion, result: Ended): ProbeAnswer {
  if (result.exitCode === 127 || result.exitCode === 126) {
    return { kind: "cannot", detail: firstLine(result) || `${question.name} is not in the image` };
  }
  return question.judge(result);
}

/** Good answers with the same start time of the server, for long enough. */
class SameServerWatch {
  readonly #elapsed: () => number;
  #startTime: string | undefined;
  #since = 0;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  isOldEnough(startTime: string): boolean {
    if (startTime !== this.#startTime) {
      this.#startTime = startTime;
      this.#since = this.#elapsed();
    }
    return this.#elapsed() - this.#since >= SAME_SERVER_MS;
  }
}
