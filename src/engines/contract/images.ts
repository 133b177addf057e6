import { describe, expect, test } from "vitest";
import type { ImageObserver } from "../engine.ts";
import { type ContractBench, NEVER, SILENT } from "./contract-bench.ts";
import { imagePlan, servicePlan } from "./contract-job.ts";

/** Getting images by their policies. Some engines can only try when a container starts; the failure is the same. */
export function describeImages(bench: ContractBench): void {
  describe("images", () => {
    test("a local image serves without a pull", async () => {
      const told: string[] = [];
      const fetched = await bench.engine.fetchImage(
        imagePlan(bench.harness.image),
        { ...SILENT, onPulling: (image) => told.push(image) },
        NEVER,
      );
      expect({ isPulled: fetched.how === "pulled", bytes: fetched.pulledBytes, told }).toEqual({
        isPulled: false,
        bytes: 0,
        told: [],
      });
    });

    test("an image that is not there and must not be pulled is an error (GS-614)", async () => {
      const image = imagePlan(bench.harness.missingImage, "never");
      await expect(use(bench, image, SILENT)).rejects.toMatchObject({ code: "image_not_local" });
    });

    test("the next policy is tried after one that failed, and that is told (GS-615)", async () => {
      const retries: string[] = [];
      const observer: ImageObserver = { ...SILENT, onRetry: (_, reason) => retries.push(reason) };
      const image = imagePlan(bench.harness.missingImage, "never", "never");
      await expect(use(bench, image, observer)).rejects.toMatchObject({ code: "image_not_local" });
      expect(retries).toEqual([expect.stringContaining('"never"')]);
    });

    test("a digest that cannot exist is refused before a pull (GS-206)", async () => {
      const plan = imagePlan(`${bench.harness.image.split(":")[0] ?? ""}@sha256:${"a".repeat(40)}`);
      await expect(bench.engine.fetchImage(plan, SILENT, NEVER)).rejects.toMatchObject({ code: "image_invalid" });
    });
  });
}

/** Fetches an image and starts a service of it. */
async function use(bench: ContractBench, image: ReturnType<typeof imagePlan>, observer: ImageObserver): Promise<void> {
  await bench.engine.fetchImage(image, observer, NEVER);
  const service = servicePlan("db", bench.harness.image, { image });
  const sandbox = await bench.openJob([service]);
  try {
    await bench.start(sandbox, service);
  } finally {
    await sandbox.close(0);
    await bench.expectNothingLeft(sandbox);
  }
}
