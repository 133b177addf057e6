#!/usr/bin/env node
// Checks the version of Node.js, then starts the program: `src/` in a checkout, `dist/` in the package.
// Plain old JavaScript, so that a Node.js which is too old can still read it and say so.
const { existsSync, readFileSync } = require("fs");
const path = require("path");

const oldestMajor = 24;
const oldestMinor = 11;

const source = path.join(__dirname, "../src/cli/main.ts");
const isCheckout = existsSync(source);
const ownNode = path.join(__dirname, "../.tools/node_modules/node/bin/node");
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
  return JSON.parse(readFileSync(path.join(__dirname, "../package.json"), "utf8")).version;
}

function isRecent(version) {
  const parts = version.split(".").map(Number);
  return parts[0] > oldestMajor || (parts[0] === oldestMajor && parts[1] >= oldestMinor);
}

function start() {
  // Compiled code is kept between runs: most of the start-up time is reading our own sources.
  require("module").enableCompileCache();
  const program = isCheckout ? source : path.join(__dirname, "../dist/cli/main.js");
  void import(require("url").pathToFileURL(program).href)
    .then((loaded) => loaded.main(argv))
    .catch((error) => {
      console.error(error);
      return 7;
    })
    .then(end);
}

/** At once: a process that ends by itself takes all that it made apart before, which takes longer the more it was. */
async function end(exitCode) {
  // What a pipe has not taken yet would be lost.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
  process.exit(exitCode);
}

function startWith(node) {
  const child = require("child_process").spawn(node, [__filename].concat(argv), { stdio: "inherit" });
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
