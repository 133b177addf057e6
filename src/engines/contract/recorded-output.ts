import type { OutputSink } from "../engine.ts";

/** Keeps what a container printed, and tells when something has come. */
export class RecordedOutput {
  #text: Record<1 | 2, string> = { 1: "", 2: "" };
  #onChange: (() => void)[] = [];

  readonly sink: OutputSink = (fd, chunk) => {
    this.#text[fd] += Buffer.from(chunk).toString("latin1");
    for (const tell of this.#onChange) tell();
  };

  get stdout(): string {
    return this.#text[1];
  }

  get stderr(): string {
    return this.#text[2];
  }

  get lines(): readonly string[] {
    return this.stdout.split("\n").filter((line) => line !== "");
  }

  /** Resolves as soon as stdout holds the text; the test's own time limit ends a wait in vain. */
  async until(text: string): Promise<void> {
    if (this.stdout.includes(text)) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!this.stdout.includes(text)) return;
        this.#onChange = this.#onChange.filter((tell) => tell !== check);
        resolve();
      };
      this.#onChange.push(check);
    });
  }
}
