import { defineConfig } from "rolldown";

/**
 * The package is a few large files instead of two hundred small ones: reading them is most of a command's start-up time.
 * What a command loads only when it needs it stays a file of its own.
 */
export default defineConfig({
  input: { main: "src/cli/main.ts", "reaper-main": "src/cli/reaper-main.ts" },
  platform: "node",
  external: ["docker-modem", "re2js", "@kubernetes/client-node"],
  output: {
    dir: "dist/cli",
    // All in one folder: files are found beside each other by their own address.
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    format: "esm",
    cleanDir: true,
  },
});
