import { describe, expect, test } from "vitest";
import { containerName, sandboxName } from "./names.ts";

describe("names of containers", () => {
  test("run, job and service are readable", () => {
    expect(containerName("k3f9", "test-app", "db")).toBe("outrigger-k3f9-test-app-db");
    expect(sandboxName("k3f9", "test-app")).toBe("outrigger-k3f9-test-app");
  });

  test("a long job's name is cut to a DNS label, and stays unique and readable at its end", () => {
    const one = containerName("k3f9", `${"very-".repeat(20)}long-1`, "postgres");
    const two = containerName("k3f9", `${"very-".repeat(20)}long-2`, "postgres");
    expect(one).toMatch(/^outrigger-k3f9-very-.*postgres$/);
    expect(one.length).toBeLessThanOrEqual(63);
    expect(one).not.toBe(two);
  });

  test("characters an engine refuses are replaced", () => {
    expect(containerName("r", "build: [a]", "x")).toBe("outrigger-r-build---a--x");
  });
});
