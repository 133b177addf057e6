import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { rootFolder } from "../../scripts/checks/static-checks.ts";
import { runProcess } from "../../src/system/processes.ts";
import type { CommandLine } from "../measure/measure-process.ts";

/** The program as its users have it: compiled, in the package's layout, and with a state folder of its own. */
export interface Product {
  command(argv: readonly string[], cwd: string): CommandLine;
}

/** @throws Error with the bundler's words when the sources cannot be built. */
export async function buildProduct(folder: string, dockerHost: string): Promise<Product> {
  const home = join(folder, "package");
  await mkdir(home, { recursive: true });
  await bundle(join(home, "dist/cli"));
  await cp(join(rootFolder, "bin"), join(home, "bin"), { recursive: true });
  await cp(join(rootFolder, "package.json"), join(home, "package.json"));
  await symlink(join(rootFolder, "node_modules"), join(home, "node_modules"));
  const program = join(home, "bin/outrigger.js");
  const env = { DOCKER_HOST: dockerHost, XDG_STATE_HOME: join(folder, "state") };
  return { command: (argv, cwd) => ({ program: process.execPath, argv: [program, ...argv], cwd, env }) };
}

/** As `npm run build` does it. */
async function bundle(outputFolder: string): Promise<void> {
  const rolldown = join(rootFolder, "node_modules/.bin/rolldown");
  const result = await runProcess(rolldown, ["-c", "rolldown.config.js", "-d", outputFolder], { cwd: rootFolder });
  if (result.exitCode !== 0) throw new Error(`the package cannot be built:\n${result.stdout}${result.stderr}`);
}

/** TypeScript to JavaScript, by a configuration of this repository. */
export async function compile(configuration: string, outputFolder: string): Promise<void> {
  const tsc = join(rootFolder, "node_modules/.bin/tsc");
  // Nobody reads declarations here, and they take as long as the rest.
  const argv = ["-p", configuration, "--outDir", outputFolder, "--declaration", "false"];
  const result = await runProcess(tsc, argv, { cwd: rootFolder });
  if (result.exitCode !== 0) throw new Error(`${configuration} does not compile:\n${result.stdout}${result.stderr}`);
}
