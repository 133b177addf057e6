import { describe, expect, test } from "vitest";
import { patchPodSpec } from "./patch-pod-spec.ts";
import type { JsonObject, PodSpec } from "./pod.ts";

const spec: PodSpec = {
  restartPolicy: "Never",
  containers: [{ name: "build", image: "a:1", stdin: true, volumeMounts: [] }],
  volumes: [{ name: "repo", emptyDir: {} }],
  nodeSelector: { disk: "ssd" },
};

const at = { file: "config.toml", line: 3, column: 1 };

const merge = (patch: JsonObject): unknown => patchPodSpec(spec, [{ kind: "merge", name: "mine", at, patch }]);
const json = (...operations: readonly JsonObject[]): unknown =>
  patchPodSpec(spec, [{ kind: "json", name: "mine", at, operations }]);

describe("the operator's changes to a pod (K-59, K-117)", () => {
  test("none leave it as it is", () => {
    expect(patchPodSpec(spec, [])).toBe(spec);
  });

  test("a merge adds, replaces lists as a whole, and removes by null", () => {
    expect(merge({ hostname: "x", nodeSelector: { zone: "a", disk: null }, volumes: [] })).toEqual({
      ...spec,
      hostname: "x",
      nodeSelector: { zone: "a" },
      volumes: [],
    });
  });

  test.each<{ title: string; operations: JsonObject[]; gives: object }>([
    { title: "add a key", operations: [{ op: "add", path: "/hostname", value: "x" }], gives: { hostname: "x" } },
    {
      title: "add at the end of a list",
      operations: [{ op: "add", path: "/volumes/-", value: { name: "b" } }],
      gives: { volumes: [{ name: "repo", emptyDir: {} }, { name: "b" }] },
    },
    {
      title: "add before what stands in a list",
      operations: [{ op: "add", path: "/volumes/0", value: { name: "b" } }],
      gives: { volumes: [{ name: "b" }, { name: "repo", emptyDir: {} }] },
    },
    {
      title: "replace in a list",
      operations: [{ op: "replace", path: "/containers/0/image", value: "b:2" }],
      gives: { containers: [{ ...spec.containers[0], image: "b:2" }] },
    },
    { title: "remove", operations: [{ op: "remove", path: "/volumes/0" }], gives: { volumes: [] } },
    {
      title: "move a key with a slash in it",
      operations: [
        { op: "add", path: "/nodeSelector/a~1b", value: "1" },
        { op: "move", from: "/nodeSelector/a~1b", path: "/nodeSelector/c" },
      ],
      gives: { nodeSelector: { disk: "ssd", c: "1" } },
    },
    {
      title: "copy what a test found",
      operations: [
        { op: "test", path: "/nodeSelector/disk", value: "ssd" },
        { op: "copy", from: "/nodeSelector/disk", path: "/schedulerName" },
      ],
      gives: { schedulerName: "ssd" },
    },
  ])("json: $title", ({ operations, gives }) => {
    expect(json(...operations)).toEqual({ ...spec, ...gives });
  });

  test("a strategic merge changes a container by its name", () => {
    const patch = { containers: [{ name: "build", tty: true }] };
    expect(patchPodSpec(spec, [{ kind: "strategic", name: "mine", at, patch }])).toEqual({
      ...spec,
      containers: [{ ...spec.containers[0], tty: true }],
    });
  });

  test.each<{ patch: JsonObject; says: string }>([
    { patch: { containers: [{ image: "x" }] }, says: 'told apart, at "containers[0]"' },
    { patch: { containers: [{ name: "build", $patch: "delete" }] }, says: "the pod has no containers any more" },
    {
      patch: { containers: [{ $patch: "replace" }, { name: "other" }] },
      says: 'the pod has no container "build" any more',
    },
  ])("a strategic one that does not fit has its place in the settings file: $says", ({ patch, says }) => {
    const work = (): unknown => patchPodSpec(spec, [{ kind: "strategic", name: "mine", at, patch }]);
    expect(work).toThrow(expect.objectContaining({ message: expect.stringContaining(says), at }));
  });

  test.each<{ operation: JsonObject; says: string }>([
    { operation: { op: "remove", path: "/nothing" }, says: 'nothing stands there, at "remove /nothing"' },
    { operation: { op: "add", path: "/a/b", value: 1 }, says: "nothing stands above it" },
    { operation: { op: "add", path: "/volumes/7", value: 1 }, says: "no such place in the list" },
    { operation: { op: "test", path: "/restartPolicy", value: "Always" }, says: "the value is another one" },
    { operation: { op: "swap", path: "/a" }, says: "no such operation" },
    { operation: { op: "add", path: "a", value: 1 }, says: "no path" },
    { operation: { op: "add", path: "/a" }, says: "a value is missing" },
    { operation: { op: "remove", path: "/containers" }, says: "the pod has no containers any more" },
  ])("json that does not fit: $says", ({ operation, says }) => {
    expect(() => json(operation)).toThrow(says);
  });
});
