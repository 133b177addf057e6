import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER, SILENT } from "./contract-bench.ts";
import { imagePlan } from "./contract-job.ts";

/** Getting images by their policies. */
export function describeImages(bench: ContractBench): void {
  describe("images", () => {
    test("a local image serves without a pull", async () => {
      const told: string[] = [];
      const fetched = await bench.engine.fetchImage(
        imagePlan(bench.harness.image),
        { ...SILENT, onPulling: (image) => told.push(image) },
        NEVER,
      );
      expect({ how: fetched.how, bytes: fetched.pulledBytes, told }).toEqual({ how: "local", bytes: 0, told: [] });
    });

    test("an image that is not there and must not be pulled is an error (GS-614)", async () => {
      const fetching = bench.engine.fetchImage(imagePlan(bench.harness.missingImage, "never"), SILENT, NEVER);
      await expect(fetching).rejects.toMatchObject({ code: "image_not_local" });
    });

    test("the next policy is tried after one that failed, and that is told (GS-615)", async () => {
      const retries: string[] = [];
      const fetching = bench.engine.fetchImage(
        imagePlan(bench.harness.missingImage, "never", "never"),
        { ...SILENT, onRetry: (_, reason) => retries.push(reason) },
        NEVER,
      );
      await expect(fetching).rejects.toMatchObject({ code: "image_not_local" });
      expect(retries).toEqual([expect.stringContaining('"never"')]);
    });

    test("a digest that cannot exist is refused before a pull (GS-206)", async () => {
      const plan = imagePlan(`${bench.harness.image.split(":")[0] ?? ""}@sha256:${"a".repeat(40)}`);
      await expect(bench.engine.fetchImage(plan, SILENT, NEVER)).rejects.toMatchObject({ code: "image_invalid" });
    });
  });
}
