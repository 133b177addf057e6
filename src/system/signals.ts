/** Requests to end: Ctrl-C, `kill`, a closed terminal. */
const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Takes over the signals that would end the process, until it is disposed. */
export function listenForSignals(onSignal: (signal: NodeJS.Signals) => void): Disposable {
  for (const signal of ENDING) process.on(signal, onSignal);
  return {
    [Symbol.dispose]: () => {
      for (const signal of ENDING) process.off(signal, onSignal);
    },
  };
}
