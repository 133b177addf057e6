import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // A deadline against hanging, on a machine that may be busy.
          testTimeout: 60_000,
          include: [
            "src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "bench/**/*.test.ts",
            "tests/*.test.ts",
            "tests/cases/**/*.test.ts",
          ],
        },
      },
      {
        // Each file has the engine to itself: what one leaves behind or slows down is no riddle for the next.
        test: {
          name: "engine",
          include: ["tests/engines/**/*.test.ts", "tests/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
