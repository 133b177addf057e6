/** What streams of any kind have in common here. */
interface Drainable {
  on(event: "drain" | "close", listener: () => void): unknown;
  removeListener(event: "drain" | "close", listener: () => void): unknown;
}

/** Resolves when a stream takes more. Also when it is closed under the writer, or that one would wait for ever. */
export function drained(stream: Drainable): Promise<void> {
  return new Promise<void>((resolve) => {
    const settle = (): void => {
      stream.removeListener("drain", settle);
      stream.removeListener("close", settle);
      resolve();
    };
    stream.on("drain", settle);
    stream.on("close", settle);
  });
}
