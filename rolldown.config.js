import { defineConfig } from "rolldown";

/**
 * What docker-modem loads at once and we do not need: a client for SSH, which we never use, takes half of its start-up time,
 * HTTPS is for engines on other machines.
 */
const stubs = {
  ssh2: "module.exports = {};",
  https: 'module.exports = { request: (...all) => process.getBuiltinModule("node:https").request(...all) };',
  "supports-color": "module.exports = {};",
};

const stubPlugin = {
  name: "stubs",
  resolveId: (id, importer) =>
    id in stubs && /[\\/]node_modules[\\/](?:docker-modem|debug)[\\/]/.test(importer ?? "") ? `\0${id}` : undefined,
  load: (id) => (id.startsWith("\0") ? stubs[id.slice(1)] : undefined),
};

/**
 * The package is a few large files instead of two hundred small ones: reading them is most of a command's start-up time.
 * What a command loads only when it needs it stays a file of its own.
 */
export default defineConfig({
  input: { main: "src/cli/main.ts", "reaper-main": "src/cli/reaper-main.ts" },
  platform: "node",
  external: ["re2js", "@kubernetes/client-node"],
  plugins: [stubPlugin],
  output: {
    dir: "dist/cli",
    // All in one folder: files are found beside each other by their own address.
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    format: "esm",
    cleanDir: true,
  },
});
