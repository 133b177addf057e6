import { assertNever } from "../text/assert-never.ts";
import type { StateEvent } from "./log-lines.ts";
import type { ImageView } from "./run-view.ts";

type ImageEvent = Extract<StateEvent, { readonly type: `image.${string}` }>;

/**
 * An image as it is after an event about it.
 *
 * @param known undefined: nothing was heard of it before.
 */
export function imageAfter(known: ImageView | undefined, event: ImageEvent, atMs: number): ImageView {
  const before: ImageView = known ?? {
    image: event.image,
    state: "pulling",
    startedAt: atMs,
    doneBytes: 0,
    totalBytes: 0,
    afterMs: undefined,
    reason: undefined,
  };
  switch (event.type) {
    case "image.pulling":
      return { ...before, state: "pulling" };
    case "image.progress":
      return { ...before, state: "pulling", doneBytes: event.doneBytes, totalBytes: event.totalBytes };
    case "image.retrying":
      return { ...before, state: "retrying", reason: event.reason };
    case "image.pulled":
      return { ...before, state: event.how, doneBytes: event.bytes, totalBytes: event.bytes, afterMs: event.afterMs };
    case "image.failed":
      return { ...before, state: "failed", reason: event.message };
    default:
      return assertNever(event);
  }
}
