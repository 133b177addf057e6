import { type JsonRecord, toList, toNumber, toRecord, toText } from "../json.ts";

/** A pod as the cluster tells it, reduced to what decides anything. */
export interface PodState {
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly podIp: string | undefined;
  readonly isDeleting: boolean;
  /** Init containers too. */
  readonly containers: ReadonlyMap<string, ContainerState>;
  /** Why no node takes it, in the scheduler's words; undefined once one does. */
  readonly unschedulable: string | undefined;
  /** Why the cluster takes the pod away, in its words: eviction, preemption, a node that is lost, its deadline. */
  readonly loss: PodLoss | undefined;
}

export interface PodLoss {
  /** One word of the cluster: `Evicted`, `DeletionByTaintManager`, `NodeLost`, `DeadlineExceeded`. */
  readonly reason: string;
  readonly message: string;
}

export interface ContainerState {
  /** As the node names it. */
  readonly image: string;
  readonly imageId: string | undefined;
  readonly now:
    | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
    | { readonly kind: "running" }
    | ({ readonly kind: "ended" } & ContainerExit);
  /** Its end before a restart; a service that was started again has ended all the same. */
  readonly before: ContainerExit | undefined;
}

export interface ContainerExit {
  readonly exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`, `StartError`. */
  readonly reason: string;
  readonly message: string;
}

/**
 * Why an image could not be pulled, for containers of which the node only says that it waits before it tries again: it was
 * told before, or of another container with that image.
 */
export function rememberPulls(state: PodState, before: PodState | undefined): PodState {
  const told = [...state.containers.values(), ...(before?.containers.values() ?? [])];
  const containers = [...state.containers].map(([name, own]): [string, ContainerState] => {
    const { now, image } = own;
    if (now.kind !== "waiting" || !isOnlyWaiting(now)) return [name, own];
    const message = told.flatMap((one) => (one.image === image ? (reasonOfPull(one) ?? []) : []))[0];
    return message === undefined ? [name, own] : [name, { ...own, now: { ...now, message } }];
  });
  return { ...state, containers: new Map(containers) };
}

function reasonOfPull({ now }: ContainerState): string | undefined {
  if (now.kind !== "waiting" || !/^(?:ErrImagePull|ImagePullBackOff)$/.test(now.reason)) return undefined;
  return isOnlyWaiting(now) ? undefined : now.message;
}

/** Newer nodes say the reason behind the words. */
function isOnlyWaiting({ reason, message }: { readonly reason: string; readonly message: string }): boolean {
  return reason === "ImagePullBackOff" && /^(?:Back-off(?: pulling image "[^"]*")?)?$/.test(message);
}

/** Reads a pod object. */
export function toPodState(pod: JsonRecord): PodState {
  const metadata = toRecord(pod["metadata"]);
  const status = toRecord(pod["status"]);
  const conditions = toList(status["conditions"]).map(toRecord);
  const statuses = [...toList(status["initContainerStatuses"]), ...toList(status["containerStatuses"])].map(toRecord);
  return {
    name: toText(metadata["name"]) ?? "",
    uid: toText(metadata["uid"]) ?? "",
    phase: toText(status["phase"]) ?? "Pending",
    podIp: toText(status["podIP"]),
    isDeleting: metadata["deletionTimestamp"] !== undefined,
    containers: new Map(statuses.map((one) => [toText(one["name"]) ?? "", toContainerState(one)])),
    unschedulable: findUnschedulable(conditions),
    loss: findLoss(status, conditions),
  };
}

/** The end of a container, also of one that the cluster has started again since. */
export function exitOf(state: ContainerState | undefined): ContainerExit | undefined {
  if (state === undefined) return undefined;
  return state.before ?? (state.now.kind === "ended" ? state.now : undefined);
}

/** It runs, or ran and ended, and may wait to be started again. */
export function hasBegun(state: ContainerState | undefined): boolean {
  return state !== undefined && (state.now.kind !== "waiting" || state.before !== undefined);
}

/** The container's program was never started, so there is no log of it. */
export function hasNeverRun({ reason }: ContainerExit): boolean {
  return reason === "ContainerCannotRun" || reason === "StartError";
}

function toContainerState(status: JsonRecord): ContainerState {
  const state = toRecord(status["state"]);
  const last = toRecord(toRecord(status["lastState"])["terminated"]);
  const restarts = toNumber(status["restartCount"]) ?? 0;
  const wasRestarted = restarts > 0 && last["exitCode"] !== undefined;
  return {
    image: toText(status["image"]) ?? "",
    imageId: toText(status["imageID"]),
    now: toNow(state),
    before: wasRestarted ? toExit(last) : undefined,
  };
}

function toNow(state: JsonRecord): ContainerState["now"] {
  if (state["running"] !== undefined) return { kind: "running" };
  const terminated = toRecord(state["terminated"]);
  if (isOnlyCreated(terminated)) return { kind: "waiting", reason: "ContainerCreating", message: "" };
  if (state["terminated"] !== undefined) return { kind: "ended", ...toExit(terminated) };
  const waiting = toRecord(state["waiting"]);
  return { kind: "waiting", reason: toText(waiting["reason"]) ?? "", message: toText(waiting["message"]) ?? "" };
}

/** Some kubelets tell a container that is made and not yet started as one that ended with 0, at no time and for no reason. */
function isOnlyCreated(terminated: JsonRecord): boolean {
  const { exitCode, reason, startedAt, finishedAt } = terminated;
  const isTimeless = (startedAt ?? null) === null && (finishedAt ?? null) === null;
  return exitCode === 0 && isTimeless && (toText(reason) ?? "") === "";
}

function toExit(terminated: JsonRecord): ContainerExit {
  return {
    exitCode: toNumber(terminated["exitCode"]) ?? 0,
    reason: toText(terminated["reason"]) ?? "",
    message: toText(terminated["message"]) ?? "",
  };
}

function findUnschedulable(conditions: readonly JsonRecord[]): string | undefined {
  const scheduled = conditions.find((condition) => condition["type"] === "PodScheduled");
  if (scheduled === undefined || scheduled["status"] !== "False") return undefined;
  return toText(scheduled["message"]) ?? toText(scheduled["reason"]);
}

/** @source K-75, K-115 */
function findLoss(status: JsonRecord, conditions: readonly JsonRecord[]): PodLoss | undefined {
  const disrupted = conditions.find(
    (condition) => condition["type"] === "DisruptionTarget" && condition["status"] === "True",
  );
  const said = disrupted ?? status;
  const reason = toText(said["reason"]);
  if (reason === undefined) return undefined;
  return { reason, message: toText(said["message"]) ?? "" };
}
