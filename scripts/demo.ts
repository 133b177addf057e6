/** `npm run demo [OPTION...]`: prepares the machine, then runs the example's pipeline in a repository of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProcess } from "../src/system/processes.ts";
import { demoImages } from "../tests/images/stand-ins.ts";
import { findProgram } from "./machine/debian.ts";
import { prepareMachine, runScript } from "./prepare-machine.ts";

const example = fileURLToPath(new URL("../examples/demo", import.meta.url));
const outrigger = fileURLToPath(new URL("../bin/outrigger.js", import.meta.url));

await runScript(async () => {
  await prepareMachine(demoImages, console.log);
  const folder = await mkdtemp(join(tmpdir(), "outrigger-demo-"));
  try {
    const repository = join(folder, "demo");
    await cp(example, repository, { recursive: true });
    await commitAll(repository);
    return await runOutrigger(repository, ["run", ...process.argv.slice(2)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Without git the job runs as well, with fewer predefined variables. */
async function commitAll(repository: string): Promise<void> {
  if ((await findProgram("git")) === undefined) return;
  const author = ["-c", "user.name=Outrigger", "-c", "user.email=demo@outrigger.invalid", "-c", "commit.gpgSign=false"];
  const steps = [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "."],
    [...author, "commit", "--quiet", "--message", "Demo"],
  ];
  for (const argv of steps) {
    const result = await runProcess("git", argv, { cwd: repository });
    if (result.exitCode !== 0) throw new Error(`git ${argv.join(" ")}: ${result.stderr}`);
  }
}

/** Ctrl-C reaches it through the terminal; we only wait for it to clean up. */
async function runOutrigger(cwd: string, argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [outrigger, ...argv], { cwd, stdio: "inherit" });
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (!hasTerminal || name === "SIGTERM") child.kill(name);
    });
  }
  const [exitCode] = await once(child, "exit");
  return typeof exitCode === "number" ? exitCode : 1;
}
