#!/usr/bin/env node
// Checks the version of Node.js, then starts the program: `src/` in a checkout, `dist/` in the package.
// Plain old JavaScript, so that a Node.js which is too old can still read it and say so.
import { spawn } from "child_process";
import { existsSync, readFileSync } from "fs";
import * as nodeModule from "module";
import { fileURLToPath } from "url";

const oldestMajor = 24;
const oldestMinor = 11;

const sourceUrl = new URL("../src/cli/main.ts", import.meta.url);
const isCheckout = existsSync(sourceUrl);
const ownNode = fileURLToPath(new URL("../.tools/node_modules/node/bin/node", import.meta.url));
const argv = process.argv.slice(2);

if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  console.log(readVersion());
} else if (isRecent(process.versions.node)) {
  start();
} else if (isCheckout && existsSync(ownNode)) {
  startWith(ownNode);
} else {
  const remedy = isCheckout ? "npm run setup" : "npx -p node@24 -p outrigger outrigger " + argv.join(" ");
  const needed = "Node.js " + oldestMajor + "." + oldestMinor + " or newer";
  console.error("Outrigger needs " + needed + "; this is " + process.versions.node + ". Try: " + remedy.trim());
  process.exitCode = 2;
}

function readVersion() {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
}

function isRecent(version) {
  const parts = version.split(".").map(Number);
  return parts[0] > oldestMajor || (parts[0] === oldestMajor && parts[1] >= oldestMinor);
}

function start() {
  // Compiled code is kept between runs: most of the start-up time is reading our own sources.
  nodeModule.enableCompileCache();
  const program = isCheckout ? sourceUrl : new URL("../dist/cli/main.js", import.meta.url);
  import(program.href)
    .then((loaded) => loaded.main(argv))
    .then(
      (exitCode) => {
        process.exitCode = exitCode;
      },
      (error) => {
        console.error(error);
        process.exitCode = 7;
      },
    );
}

function startWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url)].concat(argv), { stdio: "inherit" });
  // A terminal sends Ctrl-C and its own end to the whole group, so the child has them already; a second one means "at once".
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  ["SIGINT", "SIGHUP", "SIGTERM"].forEach((name) => {
    process.on(name, () => {
      if (!hasTerminal || name === "SIGTERM") child.kill(name);
    });
  });
  child.on("error", (error) => {
    console.error("Outrigger could not start " + node + ": " + error.message + ". Try: npm run setup");
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    ["SIGINT", "SIGHUP", "SIGTERM"].forEach((name) => process.removeAllListeners(name));
    process.kill(process.pid, signal);
  });
}
