import { assertNever } from "../text/assert-never.ts";
import type { StateEvent } from "./log-lines.ts";
import type { ServiceView } from "./run-view.ts";

export type ServiceEvent = Extract<StateEvent, { readonly service: string }>;

/** A service as it is after an event about it. */
export function serviceAfter(service: ServiceView, event: ServiceEvent, atMs: number): ServiceView {
  switch (event.type) {
    case "service.starting":
      return { ...service, state: "starting", image: event.image, hostNames: event.hostNames, startedAt: atMs };
    case "service.started":
      return { ...service, state: "started", container: event.container, address: event.address };
    case "service.waiting":
      return {
        ...service,
        probe: event.probe,
        answer: event.detail,
        tries: event.tries,
        timeoutMs: event.timeoutMs,
      };
    case "service.ready":
      return {
        ...service,
        state: "ready",
        probe: event.probe,
        answer: event.answer,
        readyAfterMs: event.afterMs,
      };
    case "service.unready":
      return {
        ...service,
        state: "unready",
        container: event.container,
        probe: event.probe,
        reason: event.reason,
        failedAfterMs: event.afterMs,
        logTail: event.logTail,
      };
    case "service.failed":
      return {
        ...service,
        state: "failed",
        image: event.image,
        exitCode: event.exitCode,
        oomKilled: event.oomKilled,
        reason: event.reason,
        failedAfterMs: event.afterMs,
        logTail: event.logTail,
      };
    case "service.ended":
      // What failed stays failed, though its container is taken away later.
      if (service.state === "failed") return service;
      return { ...service, state: event.why, exitCode: event.exitCode };
    default:
      return assertNever(event);
  }
}
