import { describe, expect, test } from "vitest";
import { parseImageRef } from "../../model/image-ref.ts";
import { HELD_IMAGE } from "./pod-layout.ts";
import { findPodLoss, findStartProblem, toContainerEnd, unschedulable } from "./pod-problem.ts";
import { exitOf, hasBegun, rememberPulls, toPodState } from "./pod-state.ts";

const image = parseImageRef("registry.example/app:1") ?? { text: "", name: "" };

function waiting(reason: string, message = ""): Record<string, unknown> {
  return { name: "db", state: { waiting: { reason, message } } };
}

function podWith(
  status: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): ReturnType<typeof toPodState> {
  return toPodState({ metadata: { name: "p", uid: "u", ...metadata }, status });
}

describe("why a container does not start (K-51, K-63)", () => {
  test.each([
    ["ErrImagePull", "manifest unknown", "image_not_found"],
    ["ImagePullBackOff", 'Back-off pulling image "x"', "image_pull_failed"],
    [
      "ErrImagePull",
      "rpc error: code = Unknown desc = Error response from daemon: Get https://r/: dial tcp: lookup r: no such host",
      "image_registry_unreachable",
    ],
    ["ErrImagePull", "unauthorized: authentication required", "image_denied"],
    ["ErrImageNeverPull", "", "image_not_local"],
    ["InvalidImageName", "Failed to apply default image tag", "image_invalid"],
    ["CreateContainerConfigError", 'secret "x" not found', "container_not_created"],
    ["CreateContainerError", "context deadline exceeded", "container_not_created"],
    ["RunContainerError", "mount failed", "container_not_created"],
  ])("%s (%s) is %s", (reason, message, code) => {
    const state = podWith({ containerStatuses: [waiting(reason, message)] }).containers.get("db");
    expect(findStartProblem("db", image, state)?.error).toMatchObject({ code, hint: expect.stringMatching(/./) });
  });

  test.each([
    ["ContainerCreating", ""],
    ["PodInitializing", ""],
    ["InvalidImageName", `couldn't parse image reference "${HELD_IMAGE}"`],
  ])("%s %s passes by itself", (reason, message) => {
    const state = podWith({ containerStatuses: [waiting(reason, message)] }).containers.get("db");
    expect(findStartProblem("db", image, state)).toBeUndefined();
  });

  test("the reason of a failed pull is that of another container with the same image", () => {
    const image1 = { image: "registry.example/app:1" };
    const helper = { ...waiting("ErrImagePull", "manifest unknown"), ...image1, name: "helper" };
    const own = { ...waiting("ImagePullBackOff", 'Back-off pulling image "registry.example/app:1"'), ...image1 };
    const state = rememberPulls(podWith({ containerStatuses: [own, helper] }), undefined);
    expect(findStartProblem("db", image, state.containers.get("db"))?.error).toMatchObject({ code: "image_not_found" });
    const other = rememberPulls(podWith({ containerStatuses: [{ ...own, image: "b:1" }, helper] }), undefined);
    expect(findStartProblem("db", image, other.containers.get("db"))?.error).toMatchObject({
      code: "image_pull_failed",
    });
  });

  test("the reason of a failed pull is remembered while the node waits to try again", () => {
    const first = podWith({ containerStatuses: [waiting("ErrImagePull", "manifest unknown")] });
    const later = rememberPulls(podWith({ containerStatuses: [waiting("ImagePullBackOff", "Back-off")] }), first);
    expect(findStartProblem("db", image, later.containers.get("db"))?.error).toMatchObject({ code: "image_not_found" });
  });
});

describe("a pod that is lost (K-75, K-115)", () => {
  test.each([
    [
      "evicted",
      { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
      "pod_evicted",
    ],
    ["its node is lost", { reason: "NodeLost", message: "Node n which was running pod p is unresponsive" }, "pod_lost"],
    ["past its deadline", { phase: "Failed", reason: "DeadlineExceeded", message: "Pod was active" }, "pod_lost"],
    [
      "preempted",
      {
        conditions: [
          { type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler", message: "preempting" },
        ],
      },
      "pod_lost",
    ],
  ])("%s", (_, status, code) => {
    const loss = findPodLoss("ci", podWith(status));
    expect(loss).toMatchObject({ code });
    expect(loss?.message).toMatch(/^pod "ci\/p" is disrupted: reason "\w+", message "/);
  });

  test("deleted by somebody else, running well, and never scheduled", () => {
    expect(findPodLoss("ci", podWith({}, { deletionTimestamp: "2026-01-01T00:00:00Z" }))).toMatchObject({
      code: "pod_deleted",
    });
    expect(findPodLoss("ci", podWith({ phase: "Running" }))).toBeUndefined();
    const message = "0/3 nodes are available: 3 Insufficient memory.";
    const pending = podWith({
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    });
    expect(unschedulable("ci", pending, 180_000)).toMatchObject({
      code: "pod_unschedulable",
      message: `pod "ci/p" did not start within 180 s: ${message}`,
    });
  });
});

describe("a container's end", () => {
  const ended = (terminated: Record<string, unknown>): Record<string, unknown> => ({
    name: "db",
    state: { terminated },
  });

  test.each([
    [
      { exitCode: 3, reason: "Error" },
      { exitCode: 3, oomKilled: false },
    ],
    [
      { exitCode: 137, reason: "OOMKilled" },
      { exitCode: 137, oomKilled: true },
    ],
    [
      { exitCode: 127, reason: "ContainerCannotRun", message: "no such file" },
      { exitCode: 127, oomKilled: false, error: "no such file" },
    ],
    [
      { exitCode: 128, reason: "StartError", message: "no such file" },
      { exitCode: 127, oomKilled: false, error: "no such file" },
    ],
  ])("%o", (terminated, end) => {
    const exit = exitOf(podWith({ containerStatuses: [ended(terminated)] }).containers.get("db"));
    expect(exit === undefined ? undefined : toContainerEnd(exit)).toEqual(end);
  });

  test("a service that the cluster has started again has ended all the same", () => {
    const status = {
      name: "db",
      restartCount: 1,
      state: { running: {} },
      lastState: { terminated: { exitCode: 9, reason: "Error" } },
    };
    expect(exitOf(podWith({ initContainerStatuses: [status] }).containers.get("db"))).toMatchObject({ exitCode: 9 });
  });

  test("one that waits to be started again is none that cannot start: it has ended (K-111.4)", () => {
    const waits = { ...waiting("CrashLoopBackOff", "back-off 10s restarting failed container"), restartCount: 1 };
    const status = { ...waits, lastState: { terminated: { exitCode: 9, reason: "Error" } } };
    const state = podWith({ initContainerStatuses: [status] }).containers.get("db");
    expect([findStartProblem("db", image, state), hasBegun(state)]).toEqual([undefined, true]);
    expect(exitOf(state)).toMatchObject({ exitCode: 9 });
  });
});

describe("a container that is made and not started, as a kubelet of 1.20 tells it", () => {
  const stateOf = (terminated: Record<string, unknown>): unknown =>
    podWith({ containerStatuses: [{ name: "db", state: { terminated } }] }).containers.get("db")?.now;

  test("has not ended", () => {
    const unstarted = { exitCode: 0, startedAt: null, finishedAt: null };
    expect(stateOf(unstarted)).toMatchObject({ kind: "waiting", reason: "ContainerCreating" });
    expect(stateOf({ exitCode: 0 })).toMatchObject({ kind: "waiting" });
  });

  test.each([
    [{ exitCode: 0, reason: "Completed", startedAt: null, finishedAt: null }],
    [{ exitCode: 0, startedAt: "2026-01-02T03:04:05Z", finishedAt: "2026-01-02T03:04:06Z" }],
    [{ exitCode: 127, reason: "ContainerCannotRun", startedAt: null, finishedAt: null }],
    [{ exitCode: 1, startedAt: null, finishedAt: null }],
  ])("is not taken for one that did: %j", (terminated) => {
    expect(stateOf(terminated)).toMatchObject({ kind: "ended", exitCode: terminated.exitCode });
  });
});
