import type { ImageRef } from "../../model/image-ref.ts";
import { EngineFailureError, ImageError, type OutriggerError } from "../../model/outrigger-error.ts";
import type { ContainerEnd } from "../engine.ts";
import { judgePull } from "../pull-error.ts";
import { HELD_IMAGE } from "./pod-layout.ts";
import { type ContainerExit, type ContainerState, hasBegun, hasNeverRun, type PodState } from "./pod-state.ts";

/** Why a container will not run, in the words of the error that says so. */
export type StartProblem =
  | { readonly kind: "image"; readonly error: OutriggerError }
  /** The cluster cannot make the container; it would go on trying for ever. */
  | { readonly kind: "container"; readonly error: EngineFailureError };

/** A container that waits for a reason that does not pass. @source K-51, K-63 */
export function findStartProblem(
  name: string,
  image: ImageRef,
  state: ContainerState | undefined,
): StartProblem | undefined {
  // One that waits to be started again has run before: its end is what counts.
  if (state === undefined || state.now.kind !== "waiting" || hasBegun(state)) return undefined;
  const { reason, message } = state.now;
  switch (reason) {
    case "ErrImagePull":
    case "ImagePullBackOff":
    case "RegistryUnavailable":
    case "ImageInspectError":
      return { kind: "image", error: judgePull(image, pullDetail(message)).error };
    case "ErrImageNeverPull":
      return {
        kind: "image",
        error: new ImageError(
          "image_not_local",
          image.text,
          `image "${image.text}" is not on the node, and it is not to be pulled`,
          { hint: "allow it: --pull if-not-present" },
        ),
      };
    case "InvalidImageName":
      // A container that is held back until its turn asks for no image at all.
      if (message.includes(HELD_IMAGE)) return undefined;
      return {
        kind: "image",
        error: new ImageError("image_invalid", image.text, `image "${image.text}" is no name that a node can pull`, {
          hint: "a name is [registry[:port]/]name[:tag][@sha256:digest], in lower case",
        }),
      };
    case "CreateContainerConfigError":
    case "CreateContainerError":
    case "RunContainerError":
    case "CrashLoopBackOff":
      return {
        kind: "container",
        error: new EngineFailureError(
          "container_not_created",
          `container "${name}" cannot be made: ${reason}: ${message}`,
          { hint: "outrigger explain --engine kubernetes --format yaml shows what it is made of" },
        ),
      };
    default:
      return undefined;
  }
}

/** Why the whole pod is lost; a deletion that we asked for is none. @source K-75, K-115 */
export function findPodLoss(namespace: string, pod: PodState): EngineFailureError | undefined {
  const name = `pod "${namespace}/${pod.name}"`;
  if (pod.loss !== undefined) {
    const { reason, message } = pod.loss;
    const code = reason === "Evicted" || reason === "EvictionByEvictionAPI" ? "pod_evicted" : "pod_lost";
    const said = message === "" ? "" : `, message "${message}"`;
    return new EngineFailureError(code, `${name} is disrupted: reason "${reason}"${said}`, {
      hint: "the cluster took it away, not the job: run it again, or ask for what it needs (requests, priority)",
    });
  }
  if (!pod.isDeleting) return undefined;
  return new EngineFailureError("pod_deleted", `${name} is being deleted by somebody else`, {
    hint: "run it again",
  });
}

/** The API knows nothing of it any more. */
export function podGone(namespace: string, pod: string): EngineFailureError {
  return new EngineFailureError("pod_deleted", `pod "${namespace}/${pod}" is deleted`, { hint: "run it again" });
}

/** The cluster was told to remove it and has not. @source K-80 */
export function stillThere(namespace: string, pod: string, afterMs: number): EngineFailureError {
  return new EngineFailureError(
    "pod_not_removed",
    `pod "${namespace}/${pod}" is still there ${Math.round(afterMs / 1000)} s after it was told to go`,
    { hint: `kubectl -n ${namespace} get pod ${pod} -o yaml shows what holds it (finalizers, a node that is lost)` },
  );
}

/**
 * No node takes the pod.
 *
 * @param after how long it has been waiting, in milliseconds.
 */
export function unschedulable(namespace: string, pod: PodState, afterMs: number): EngineFailureError {
  const why = pod.unschedulable ?? `its phase is ${pod.phase}`;
  const message = `pod "${namespace}/${pod.name}" did not start within ${Math.round(afterMs / 1000)} s: ${why}`;
  return pod.unschedulable === undefined
    ? new EngineFailureError("pod_not_started", message, {
        hint: `kubectl -n ${namespace} get events shows what the cluster says; poll_timeout waits longer`,
      })
    : new EngineFailureError("pod_unschedulable", message, {
        hint: "ask for less (requests, limits, node_selector), or give the cluster a node that has it; kubectl describe nodes",
      });
}

/** A container's end as every engine tells it. */
export function toContainerEnd(exit: ContainerExit): ContainerEnd {
  const { exitCode, reason, message } = exit;
  const oomKilled = reason === "OOMKilled";
  // The runtime's words are in the message, its code says nothing.
  if (hasNeverRun(exit)) {
    return { exitCode: exitCode === 128 ? 127 : exitCode, oomKilled, error: message };
  }
  return { exitCode, oomKilled };
}

/** Of `rpc error: code = Unknown desc = Error response from daemon: pull access denied ...` the part that says something. */
function pullDetail(message: string): string {
  return message.replace(/^rpc error: code = \w+ desc = /, "").replace(/^Error response from daemon: /, "");
}
