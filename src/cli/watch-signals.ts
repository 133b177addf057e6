import type { EventSink } from "../events/run-event.ts";
import { InterruptedError, type Interruption } from "../run/interruption.ts";
import { listenForSignals } from "../system/signals.ts";
import type { CliContext } from "./cli-context.ts";
import { exitCodeOfRun } from "./exit-codes.ts";

export interface WatchedInterruption extends Interruption, Disposable {
  /** The first signal that came. */
  readonly signal: () => NodeJS.Signals | undefined;
}

/** Once: stop nicely. Twice: kill. Three times: give up, and say what may be left. */
export function watchSignals(context: CliContext, emit: EventSink): WatchedInterruption {
  const [stop, kill] = [new AbortController(), new AbortController()];
  let first: NodeJS.Signals | undefined;
  const say = (text: string): void => emit({ type: "run.note", level: "note", text });
  const listening = listenForSignals((signal) => {
    if (first === undefined) {
      first = signal;
      say("stopping: containers get 10 s to end; the same again kills them at once");
      stop.abort(new InterruptedError(signal));
    } else if (!kill.signal.aborted) {
      say("killing what still runs");
      kill.abort(new InterruptedError(signal));
    } else {
      context.stderr.write("giving up: containers, networks and volumes may be left; outrigger gc removes them\n");
      context.exit(exitCodeOfRun(undefined, first));
    }
  });
  return {
    stop: stop.signal,
    kill: kill.signal,
    signal: () => first,
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}
