import { describe, expect, test } from "vitest";
import type { JsonObject } from "./pod.ts";
import { strategicMerge } from "./strategic-merge.ts";

const refuse = (why: string, place: string): Error => new Error(`${place}: ${why}`);

const spec: JsonObject = {
  restartPolicy: "Never",
  nodeSelector: { disk: "ssd" },
  containers: [
    { name: "build", image: "a:1", env: [{ name: "A", value: "1" }], args: ["x", "y"] },
    { name: "helper", image: "a:1", volumeMounts: [{ name: "repo", mountPath: "/builds" }] },
  ],
  volumes: [{ name: "repo", emptyDir: {} }],
  hostAliases: [{ ip: "127.0.0.1", hostnames: ["db"] }],
  tolerations: [{ key: "ci" }],
};
const [build, helper] = [
  { name: "build", image: "a:1", env: [{ name: "A", value: "1" }], args: ["x", "y"] },
  { name: "helper", image: "a:1", volumeMounts: [{ name: "repo", mountPath: "/builds" }] },
];

describe("a strategic merge patch of a pod (K-59)", () => {
  test.each<{ title: string; patch: JsonObject; gives: JsonObject }>([
    { title: "nothing", patch: {}, gives: {} },
    { title: "a key more, and one by null less", patch: { hostname: "x", volumes: null }, gives: { hostname: "x" } },
    { title: "a mapping", patch: { nodeSelector: { zone: "a" } }, gives: { nodeSelector: { disk: "ssd", zone: "a" } } },
    {
      title: "a container by its name, and in it a variable by its name",
      patch: {
        containers: [
          {
            name: "build",
            env: [
              { name: "B", value: "2" },
              { name: "A", value: "3" },
            ],
          },
        ],
      },
      gives: {
        containers: [
          {
            ...build,
            env: [
              { name: "B", value: "2" },
              { name: "A", value: "3" },
            ],
          },
          helper,
        ],
      },
    },
    {
      title: "a container more, which stands before the others as in kubectl",
      patch: { containers: [{ name: "extra", image: "b:1" }] },
      gives: { containers: [{ name: "extra", image: "b:1" }, build, helper] },
    },
    {
      title: "a list without a key, as a whole",
      patch: { containers: [{ name: "build", args: ["z"] }], tolerations: [{ key: "other" }] },
      gives: { containers: [{ ...build, args: ["z"] }, helper], tolerations: [{ key: "other" }] },
    },
    {
      title: "a mount by its path, an alias by its address",
      patch: {
        containers: [{ name: "helper", volumeMounts: [{ mountPath: "/builds", readOnly: true }] }],
        hostAliases: [{ ip: "127.0.0.1", hostnames: ["cache"] }],
      },
      gives: {
        containers: [build, { ...helper, volumeMounts: [{ name: "repo", mountPath: "/builds", readOnly: true }] }],
        hostAliases: [{ ip: "127.0.0.1", hostnames: ["cache"] }],
      },
    },
    {
      title: "an entry that is deleted",
      patch: { containers: [{ name: "helper", $patch: "delete" }] },
      gives: { containers: [build] },
    },
    {
      title: "a list that is replaced; the entry that says so is none",
      patch: { volumes: [{ $patch: "replace" }, { name: "other", emptyDir: {} }] },
      gives: { volumes: [{ name: "other", emptyDir: {} }] },
    },
    {
      title: "a mapping that is replaced, one that is emptied",
      patch: { nodeSelector: { $patch: "replace", zone: "a" } },
      gives: { nodeSelector: { zone: "a" } },
    },
    { title: "a mapping that is emptied", patch: { nodeSelector: { $patch: "delete" } }, gives: { nodeSelector: {} } },
    {
      title: "a volume of another kind",
      patch: { volumes: [{ name: "repo", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] },
      gives: { volumes: [{ name: "repo", hostPath: { path: "/x" } }] },
    },
    {
      title: "an order",
      patch: { "$setElementOrder/containers": [{ name: "helper" }, { name: "build" }] },
      gives: { containers: [helper, build] },
    },
    {
      title: "a text where a mapping was",
      patch: { nodeSelector: "none" },
      gives: { nodeSelector: "none" },
    },
    {
      title: "directives in what is new",
      patch: { affinity: { $patch: "replace", nodeAffinity: {} }, dnsConfig: { options: null, searches: ["x"] } },
      gives: { affinity: { nodeAffinity: {} }, dnsConfig: { searches: ["x"] } },
    },
  ])("$title", ({ patch, gives }) => {
    const expected: Record<string, unknown> = { ...spec, ...gives };
    for (const [key, value] of Object.entries(patch)) if (value === null) delete expected[key];
    expect(strategicMerge(spec, patch, refuse)).toEqual(expected);
  });

  test("values are taken out of a list of plain ones", () => {
    const target = { finalizers: ["a", "b"] };
    expect(strategicMerge(target, { "$deleteFromPrimitiveList/finalizers": ["a"] }, refuse)).toEqual({
      finalizers: ["b"],
    });
  });

  test.each<{ patch: JsonObject; says: string }>([
    {
      patch: { containers: [{ name: "build" }, { image: "x" }] },
      says: 'containers[1]: "name" is missing, by which the entries of this list are told apart',
    },
    {
      patch: { containers: [{ name: "build", env: [{ value: "x" }] }] },
      says: 'containers[0].env[0]: "name" is missing',
    },
    { patch: { containers: ["build"] }, says: "containers[0]: an entry of this list should be a mapping" },
    { patch: { nodeSelector: { $patch: "remove" } }, says: 'nodeSelector: "$patch" is "remove", it should be' },
    { patch: { volumes: [{ name: "a", $patch: 1 }] }, says: 'volumes[0]: "$patch" is 1' },
    { patch: { $patches: "replace" }, says: ': there is no "$patches"' },
    {
      patch: { volumes: [{ name: "repo", $retainKeys: ["name"], hostPath: {} }] },
      says: 'volumes[0]: "$retainKeys" lacks the key "hostPath"',
    },
  ])("one that does not fit: $says", ({ patch, says }) => {
    expect(() => strategicMerge(spec, patch, refuse)).toThrow(says);
  });
});
