/**
 * Waits for work that cannot be taken back, until it is done or the signal is aborted; then it rejects with the signal's
 * reason and the work goes on unseen, its failure too. Whoever owns the work must still wait for it before cleaning up.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Without a listener of its own, a failure that comes after the abort would end the process.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const listening = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true, signal: listening.signal });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    listening.abort();
  }
  signal.throwIfAborted();
  return await work;
}
