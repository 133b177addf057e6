import type { ConvertTarget } from "./targets.ts";

/** What a target has no words for, each thing once, in the order it was met. */
export class Losses {
  readonly target: ConvertTarget;
  readonly #lines = new Set<string>();

  constructor(target: ConvertTarget) {
    this.target = target;
  }

  get lines(): readonly string[] {
    return [...this.#lines];
  }

  /** @param what the thing itself: `job "build": step "unit": tmpfs`; @param instead what to do about it. */
  add(what: string, instead?: string): void {
    this.#lines.add(instead === undefined ? what : `${what}: ${instead}`);
  }
}
