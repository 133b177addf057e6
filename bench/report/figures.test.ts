import { describe, expect, test } from "vitest";
import type { RowResult } from "../rows/row.ts";
import { toTableRow } from "./figures.ts";
import { toMarkdown } from "./table.ts";

const mebibyte = 1024 * 1024;
const result: RowResult = {
  id: "empty",
  title: "one empty job",
  shown: "time",
  samples: [
    { name: "outrigger", wallMs: [600, 660, 630], peakBytes: [80 * mebibyte, 90 * mebibyte, 85 * mebibyte] },
    { name: "floor", wallMs: [400, 400, 420], peakBytes: [50 * mebibyte, 50 * mebibyte, 50 * mebibyte] },
  ],
  missing: { "gitlab-ci-local": "it needs rsync" },
};

describe("a row of the table", () => {
  test("shows medians, and the median of the ratios with its spread", () => {
    const row = toTableRow(result, "gitlab-ci-local");
    expect(row).toMatchObject({ ours: "630 ms", floor: "400 ms", peak: "90 MiB" });
    expect(row.againstFloor).toBe("1.50 (1.50 to 1.65; middle half 1.50 to 1.57)");
  });

  test("says that a contender is not there instead of leaving its place empty", () => {
    expect(toTableRow(result, "gitlab-ci-local")).toMatchObject({ peer: "not available", againstPeer: "-" });
  });

  test("shows throughput by the megabytes of one run", () => {
    const log: RowResult = { ...result, shown: "throughput", megabytes: 126, missing: {} };
    expect(toTableRow(log, "gitlab-ci-local").ours).toBe("200 MB/s");
  });

  test("shows the memory that one job more needs", () => {
    const samples = [150, 100].map((peak) => ({ name: `${peak}`, wallMs: [9_000], peakBytes: [peak * mebibyte] }));
    const waiting: RowResult = { ...result, shown: "memory per job", jobs: 100, missing: {}, samples };
    expect(toTableRow(waiting, "gitlab-ci-local")).toMatchObject({ ours: "0.50 MiB a job", floor: "-" });
  });

  test("says that nothing of it can be measured here", () => {
    const row = toTableRow({ ...result, samples: [], missing: { outrigger: "no cluster" } }, "gitlab-ci-local");
    expect(row).toMatchObject({ ours: "not available", floor: "-", peak: "-" });
  });

  test("has no figure for work that failed", () => {
    expect(toTableRow({ ...result, failure: "ended with 1" }, "gitlab-ci-local").ours).toBe("failed");
  });
});

test("the Markdown table has as many cells in every line", () => {
  const lines = toMarkdown([toTableRow(result, "gitlab-ci-local")]).split("\n");
  expect(lines.map((line) => line.split("|").length)).toEqual([9, 9, 9]);
});
