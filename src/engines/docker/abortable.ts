/**
 * Waits for work that cannot be taken back, until it is done or the signal is aborted; then it rejects with the signal's
 * reason and the work goes on unseen, its failure too. Whoever owns the work must still wait for it before cleaning up.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    // An abort reason is whatever the caller gave, and it must come back as it is.
    stop = () => reject(signal.reason as Error);
  });
  work.catch(() => undefined);
  if (signal.aborted) throw signal.reason;
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
