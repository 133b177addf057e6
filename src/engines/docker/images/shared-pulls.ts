import { abortable } from "../../abortable.ts";
import type { ImageObserver } from "../../engine.ts";

type Work = (observer: ImageObserver, signal: AbortSignal) => Promise<number>;

interface SharedPull {
  readonly result: Promise<number>;
  readonly observers: Set<ImageObserver>;
  readonly controller: AbortController;
}

/**
 * One pull for all who want the same image at the same time. Everybody hears its progress from when they joined; it is
 * given up only when nobody waits any more.
 */
export class SharedPulls {
  readonly #pulls = new Map<string, SharedPull>();

  async join(key: string, observer: ImageObserver, signal: AbortSignal, work: Work): Promise<number> {
    signal.throwIfAborted();
    const pull = this.#pulls.get(key) ?? this.#begin(key, observer, work);
    pull.observers.add(observer);
    try {
      return await abortable(pull.result, signal);
    } finally {
      pull.observers.delete(observer);
      if (pull.observers.size === 0) {
        pull.controller.abort();
        if (this.#pulls.get(key) === pull) this.#pulls.delete(key);
      }
    }
  }

  #begin(key: string, first: ImageObserver, work: Work): SharedPull {
    const observers = new Set([first]);
    const controller = new AbortController();
    const toAll = (tell: (observer: ImageObserver) => void): void => observers.forEach(tell);
    const all: ImageObserver = {
      onPulling: (image) => toAll((one) => one.onPulling(image)),
      onProgress: (image, done, total) => toAll((one) => one.onProgress(image, done, total)),
      onRetry: (image, reason) => toAll((one) => one.onRetry(image, reason)),
    };
    const result = work(all, controller.signal).finally(() => {
      if (this.#pulls.get(key) === pull) this.#pulls.delete(key);
    });
    const pull: SharedPull = { result, observers, controller };
    this.#pulls.set(key, pull);
    return pull;
  }
}
