import type { JsonRecord } from "../../src/engines/json.ts";
import type { RuntimeExit } from "./container-runtime.ts";
import type { ContainerView } from "./pod-view.ts";

/** A container's entry in a pod's status. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: JsonRecord;
  readonly lastState: JsonRecord;
}

export function waitingStatus({ name, image }: ContainerView, reason: string, message?: string): ContainerStatus {
  const waiting = message === undefined ? { reason } : { reason, message };
  return { name, image, imageID: "", ready: false, restartCount: 0, state: { waiting }, lastState: {} };
}

export function runningStatus(before: ContainerStatus, image: string): ContainerStatus {
  const state = { running: { startedAt: new Date().toISOString() } };
  return { ...before, image, imageID: `docker-pullable://${image}`, ready: true, state };
}

export function endedStatus(before: ContainerStatus, { exitCode, oomKilled }: RuntimeExit): ContainerStatus {
  const reason = oomKilled ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
  return { ...before, ready: false, state: { terminated: { exitCode, reason, finishedAt: new Date().toISOString() } } };
}

/** The runtime never started it. */
export function refusedStatus(before: ContainerStatus, message: string): ContainerStatus {
  return { ...before, ready: false, state: { terminated: { exitCode: 128, reason: "ContainerCannotRun", message } } };
}

/** As a kubelet tells a sidecar that it starts again: its end is only in `lastState`. */
export function restartedStatus(before: ContainerStatus): ContainerStatus {
  const waiting = { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container" };
  return { ...before, restartCount: before.restartCount + 1, lastState: before.state, state: { waiting } };
}
