import { expect, test } from "vitest";
import { imagePlan } from "../../contract/contract-job.ts";
import { toPodState } from "../pod-state.ts";
import { judgeImages, type PodPart } from "./pull-fallback.ts";

const parts: readonly PodPart[] = ["db", "build"].map((container) => ({
  container,
  image: imagePlan("busybox", "always", "if-not-present"),
  isHeld: false,
}));
const running = { running: {} };
const waits = (reason: string): object => ({ waiting: { reason, message: "" } });

test.each([
  ["both run", running, running, "settled"],
  ["one has ended", { terminated: { exitCode: 3, reason: "Error" } }, running, "settled"],
  ["one is on its way", waits("ContainerCreating"), running, undefined],
  ["one image is missing", waits("ErrImagePull"), waits("ContainerCreating"), "try next"],
  ["one can never be made, which is no matter of its image", waits("CreateContainerError"), running, "settled"],
])("images of a pod (K-51): %s", (_, db, build, kind) => {
  const statuses = [
    { name: "db", state: db },
    { name: "build", state: build },
  ];
  const state = toPodState({ metadata: { name: "p" }, status: { containerStatuses: statuses } });
  expect(judgeImages(state, parts, new Map())?.kind).toBe(kind);
});
