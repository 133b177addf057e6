import { access, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { rootFolder } from "../../scripts/checks/static-checks.ts";
import { ensureImages } from "../../scripts/images/ensure-images.ts";
import { findProgram, installPackages, isDebian } from "../../scripts/machine/debian.ts";
import type { Say } from "../../scripts/setup-failure.ts";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { privateEngineFolder } from "../../src/engines/docker/find-endpoint.ts";
import { runProcess } from "../../src/system/processes.ts";
import type { CommandLine } from "../measure/measure-process.ts";

export const peerName = "gitlab-ci-local";
export const peerVersion = "4.75.1";

const peerFolder = join(rootFolder, ".tools/peer");
const peerProgram = join(peerFolder, "node_modules/gitlab-ci-local/dist/index.js");
/** Its own defaults: pulled where a registry answers, stand-ins elsewhere. */
const waitImage = "sumina46/wait-for-it:latest";
const utilImage = "firecow/gitlab-ci-local-util:latest";

export interface Peer {
  command(argv: readonly string[], cwd: string): CommandLine;
}

/** Another program that runs these files, to measure against. @returns why it cannot be had here, in one line. */
export async function preparePeer(
  folder: string,
  engine: { readonly endpoint: EngineEndpoint; readonly dockerHost: string },
  say: Say,
): Promise<Peer | string> {
  const missing = await findMissingProgram(say);
  if (missing !== undefined) return `it needs ${missing}, which is not on this machine`;
  const refusal = await installPeer(say);
  if (refusal !== undefined) return refusal;
  try {
    const workFolder = dirname(privateEngineFolder(process.env, process.env.HOME || homedir()));
    await ensureImages(engine.endpoint, [waitImage, utilImage], workFolder, say);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const home = join(folder, "peer-home");
  await mkdir(home, { recursive: true });
  const options = ["--home", home, "--wait-image", waitImage, "--helper-image", utilImage];
  return {
    command: (argv, cwd) => ({
      program: process.execPath,
      argv: [peerProgram, ...options, ...argv],
      cwd,
      env: { DOCKER_HOST: engine.dockerHost },
    }),
  };
}

async function findMissingProgram(say: Say): Promise<string | undefined> {
  if (process.getuid?.() === 0 && (await isDebian())) {
    await installPackages(["rsync"], "rsync", say).catch(() => undefined);
  }
  for (const program of ["git", "rsync", "bash", "docker"]) {
    if ((await findProgram(program)) === undefined) return program;
  }
  return undefined;
}

async function installPeer(say: Say): Promise<string | undefined> {
  const isThere = await access(peerProgram).then(
    () => true,
    () => false,
  );
  if (isThere) return undefined;
  const what = `${peerName}@${peerVersion}`;
  say(`installing ${what} into .tools/peer`);
  await mkdir(peerFolder, { recursive: true });
  const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = await runProcess("npm", ["install", "--prefix", peerFolder, ...quiet, what], { cwd: peerFolder });
  if (result.exitCode === 0) return undefined;
  const why =
    result.stderr.split("\n").find((line) => /^npm error (?!code)/.test(line)) ?? `exit ${result.exitCode ?? "?"}`;
  return `npm could not install ${what}: ${why.replace("npm error ", "").trim()}`;
}
