import type { ExecResult, RunningService } from "../../engines/engine.ts";
import { firstLine } from "./exec-probe.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";
import { findServerPhase, parseProcesses, type ServerPhase } from "./processes.ts";

/** An image whose start script never ends by itself: the same server for so long is the real one. */
const BUSY_MS = 15_000;
/** A script that only waits for its server, or a server that cannot be seen: nothing else was seen for so long. */
const QUIET_MS = 2_000;

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
export function databaseProbe(
  running: Pick<RunningService, "exec">,
  question: DatabaseQuestion,
  elapsed: () => number,
): Probe {
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
      if (watch.isTheOneThatStays(phase)) return judged;
      return {
        kind: "not_yet",
        detail: `still initialising${phase.kind === "initialising" ? ` (${phase.busyWith} runs)` : ""}`,
      };
    },
  };
}

function judgeAnswer(question: DatabaseQuestion, result: Ended): ProbeAnswer {
  if (result.exitCode === 127 || result.exitCode === 126) {
    return { kind: "cannot", detail: firstLine(result) || `${question.name} is not in the image` };
  }
  return question.judge(result);
}

/** Good answers of one server, by its start time, for long enough: what a single look cannot tell. */
class SameServerWatch {
  readonly #elapsed: () => number;
  #startTime: string | undefined;
  #since = 0;
  #quietSince: number | undefined;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  isTheOneThatStays(phase: ServerPhase): boolean {
    if (phase.kind === "serving") return true;
    const now = this.#elapsed();
    // It answered and is not there: it has just gone, or it goes by another name. Only time tells these apart.
    const startTime = phase.kind === "absent" ? "" : phase.startTime;
    if (startTime !== this.#startTime) {
      this.#startTime = startTime;
      this.#since = now;
      this.#quietSince = undefined;
    }
    if (phase.kind !== "initialising") this.#quietSince ??= now;
    else this.#quietSince = undefined;
    const isQuiet = this.#quietSince !== undefined && now - this.#quietSince >= QUIET_MS;
    return isQuiet || now - this.#since >= BUSY_MS;
  }
}
