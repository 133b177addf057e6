import { expect, test } from "vitest";
import { compileDrone } from "./compile-drone.ts";

test("a file of 3,000 lines and many documents is read at once", async () => {
  const steps = Array.from(
    { length: 8 },
    (_, index) =>
      `- name: s${index}\n  image: go:1\n  environment:\n    A: \${DRONE_BRANCH}\n  commands:\n  - make x\n`,
  ).join("");
  const text = Array.from({ length: 58 }, (_, index) => `---\nkind: pipeline\nname: p${index}\nsteps:\n${steps}`).join(
    "",
  );
  expect(text.split("\n").length).toBeGreaterThan(3000);
  const before = process.threadCpuUsage();
  const { pipeline, errors } = await compileDrone(text);
  const worked = process.threadCpuUsage(before);
  expect([pipeline?.jobs.length, errors]).toEqual([58, []]);
  // The goal is 400 ms with nothing warmed up; how busy the machine is with other things does not count.
  expect((worked.user + worked.system) / 1000).toBeLessThan(3000);
});
