import { expect, test } from "vitest";
import { readMetadata, toMetadata } from "./labels.ts";

const owner = { host: "h", bootId: "b", pidNamespace: "n", pid: 7, startTime: "1" };

test("what is written on an object can be read again (K-118)", () => {
  const written = toMetadata(
    { runId: "k3f9", job: "unit: [a]", owner, deadlineAt: 86_400_000, extra: new Map() },
    "job",
    "x",
  );
  expect(readMetadata(written)).toEqual({ runId: "k3f9", job: "unit: [a]", owner, deadlineAt: 86_400_000 });
});

test("an object without our marks, or with spoilt ones, is nobody's", () => {
  const nobody = { runId: "", job: "", owner: undefined, deadlineAt: undefined };
  expect(readMetadata({})).toEqual(nobody);
  const annotations = { "outrigger.dev/deadline": "soon", "outrigger.dev/owner": "x" };
  expect(readMetadata({ labels: {}, annotations })).toEqual(nobody);
});
