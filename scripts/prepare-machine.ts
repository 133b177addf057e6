import { homedir } from "node:os";
import { dirname } from "node:path";
import { type EngineEndpoint, formatEndpoint } from "../src/engines/docker/endpoint.ts";
import { privateEngineFolder } from "../src/engines/docker/find-endpoint.ts";
import { callEngine } from "./engine/engine-client.ts";
import { ensureEngine } from "./engine/ensure-engine.ts";
import { withSetupLock } from "./engine/setup-lock.ts";
import { ensureImages } from "./images/ensure-images.ts";
import { findProgram, installPackages, isDebian } from "./machine/debian.ts";
import { type Say, SetupFailure } from "./setup-failure.ts";

export interface PreparedMachine {
  readonly endpoint: EngineEndpoint;
  /** For DOCKER_HOST. */
  readonly dockerHost: string;
  readonly origin: string;
  readonly version: string;
}

/** An engine that answers, these images on it, and git. Does only what is missing; says a line for each thing it does. */
export async function prepareMachine(images: readonly string[], say: Say): Promise<PreparedMachine> {
  const home = process.env.HOME || homedir();
  const folder = dirname(privateEngineFolder(process.env, home));
  const { endpoint, origin } = await withSetupLock(folder, async () => {
    await ensureGit(say);
    const engine = await ensureEngine(home, say);
    await ensureImages(engine.endpoint, images, folder, say);
    return engine;
  });
  const { body } = await callEngine(endpoint, "GET", "/version");
  const version = /"Version":"([^"]*)"/.exec(body)?.[1] ?? "of unknown version";
  return { endpoint, dockerHost: formatEndpoint(endpoint), origin, version };
}

/** Runs a script's work; a failure that the user can do something about becomes two lines and its exit code. */
export async function runScript(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    console.error(`error: ${error.message}\n  try: ${error.hint}`);
    process.exitCode = error.exitCode;
  }
}

/** Demo and tests make repositories. Without git the rest still works, so its lack is no failure here. */
export async function ensureGit(say: Say): Promise<void> {
  const canInstall = process.getuid?.() === 0 && (await isDebian());
  if (canInstall && (await findProgram("git")) === undefined) await installPackages(["git"], "git", say);
}
