import type { ContainerEnd } from "../engines/engine.ts";

/** What a script that failed may want to know of the services beside it. */
export interface ServiceStanding {
  readonly id: string;
  /** TCP ports it listens on, by its file and its image. */
  readonly ports: readonly number[];
  /** Set once it is dead though the job needed it. */
  readonly died?: { readonly end: ContainerEnd; readonly agoMs: number };
  /** What was seen of it that may keep others from it: `listens on 6380, image exposes 6379`. */
  readonly doubt?: string;
}

interface Entry {
  readonly id: string;
  readonly ports: readonly number[];
  isAlive: boolean;
  died: { readonly end: ContainerEnd; readonly atMs: number } | undefined;
  doubt: string | undefined;
}

/** The services of one job as they come and go, for whoever has to say why something else failed. */
export class ServiceBook {
  readonly #entries = new Map<string, Entry>();

  started(id: string, ports: readonly number[]): void {
    this.#entries.set(id, { id, ports, isAlive: true, died: undefined, doubt: undefined });
  }

  /** It ended as it was meant to, or was stopped. */
  ended(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.isAlive = false;
  }

  died(id: string, end: ContainerEnd, atMs: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.isAlive = false;
    entry.died = { end, atMs };
  }

  /** It lives, and something is wrong with it. */
  doubted(id: string, doubt: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.doubt = doubt;
  }

  /** A service that lives and listens on the port; `except` does not count. */
  holderOf(port: number, except: string): string | undefined {
    return [...this.#entries.values()].find(
      ({ id, isAlive, ports }) => id !== except && isAlive && ports.includes(port),
    )?.id;
  }

  standings(nowMs: number): readonly ServiceStanding[] {
    return [...this.#entries.values()].map(({ id, ports, died, doubt }) => ({
      id,
      ports,
      ...(doubt === undefined ? {} : { doubt }),
      ...(died === undefined ? {} : { died: { end: died.end, agoMs: Math.round(nowMs - died.atMs) } }),
    }));
  }
}
