import { describe, expect, test } from "vitest";
import { containerNames, isContainerName, podName, servicePodName, toLabelValue } from "./names.ts";

const image = { ref: { text: "some:1" } };

describe("names of service containers", () => {
  test("a service that its dialect names is called so (K-22)", () => {
    expect(
      containerNames([
        { id: "db", image },
        { id: "cache-2", image },
      ]),
    ).toEqual(["db", "cache-2"]);
  });

  test("a name that we gave ourselves is taken like any other (K-25)", () => {
    const services = [{ aliases: [] }, { aliases: ["svc-0"] }, { aliases: ["svc-1", "late"] }];
    expect(containerNames(services.map((service, index) => ({ ...service, id: `s${index}`, image })))).toEqual([
      "svc-0",
      "svc-1",
      "late",
    ]);
  });

  test.each(["build", "helper", "init-permissions"])("%s is the pod's own (K-25)", (alias) => {
    expect(containerNames([{ id: "x", aliases: [alias], image }])).toEqual(["svc-0"]);
  });
});

describe("names of pods (K-14)", () => {
  test("run, job and a random part, in 63 characters", () => {
    expect(podName("k3f9", "unit-tests", "a1b2c3d4")).toBe("outrigger-k3f9-unit-tests-a1b2c3d4");
    const long = podName("k3f9", `${"x".repeat(38)}-y`, "a1b2c3d4");
    expect(long).toMatch(/^outrigger-k3f9-x+-a1b2c3d4$/);
    expect(long.length).toBeLessThanOrEqual(63);
  });

  test("a service's pod is called after the job's, and still a name when that is long", () => {
    expect(servicePodName("outrigger-k3f9-unit-a1b2c3d4", "db")).toBe("outrigger-k3f9-unit-a1b2c3d4-db");
    const [first, second] = ["a", "b"].map((end) => servicePodName("p".repeat(54), `${"s".repeat(40)}${end}`));
    expect(first).not.toBe(second);
    expect([first, second].every((name) => name !== undefined && isContainerName(name))).toBe(true);
  });
});

describe("values of labels (K-16)", () => {
  test.each([
    ["unit tests: [node 24]", "unit_tests___node_24"],
    ["-.plain._", "plain"],
    ["größe", "gr__e"],
    ["", ""],
    ["***", ""],
    [`${"a".repeat(62)}-b`, "a".repeat(62)],
  ])("%j becomes %j", (text, value) => {
    expect(toLabelValue(text)).toBe(value);
  });
});
