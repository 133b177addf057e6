import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ImageRef } from "../model/image-ref.ts";
import { decodeAuth, findByRegistry, registryPaths } from "../model/registry-paths.ts";
import { toRecord, toText, toTextMap } from "./json.ts";

/** Where a user's own logins are looked for. */
export interface RegistryLoginSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly email?: string;
  readonly identitytoken?: string;
}

/** Docker Hub's name where logins are kept. */
const HUB_SERVER = "https://index.docker.io/v1/";

/**
 * The user's own login for an image's registry, from Docker's configuration: a registry's own helper beats the store, which
 * beats what is written down.
 *
 * Logins are read anew each time, because a user may log in meanwhile. No login, an unreadable file and a helper that fails
 * are all the same: the registry's answer to an anonymous pull then says what is missing.
 *
 * @source GS-630, GS-631, GS-632, GS-633, GS-634, DR-157, DR-160, DR-161
 */
export async function findRegistryLogin(
  image: ImageRef,
  sources: RegistryLoginSources,
): Promise<RegistryLogin | undefined> {
  const folder = sources.env["DOCKER_CONFIG"] || join(sources.home, ".docker");
  const config = await readConfig(join(folder, "config.json"));
  const server = loginServerOf(image);
  return (
    (await askHelper(findByRegistry(toTextMap(config["credHelpers"]), image), server, sources.env)) ??
    (await askHelper(toText(config["credsStore"]), server, sources.env)) ??
    readLogin(findByRegistry(new Map(Object.entries(toRecord(config["auths"]))), image))
  );
}

/** The registry of an image as logins name it. */
export function loginServerOf(image: ImageRef): string {
  const host = registryPaths(image).at(-1) ?? "";
  return host === "docker.io" ? HUB_SERVER : host;
}

function readLogin(value: unknown): RegistryLogin | undefined {
  const entry = toRecord(value);
  const identitytoken = toText(entry["identitytoken"]);
  if (identitytoken !== undefined) return { identitytoken };
  const { username, password } = decodeAuth(toText(entry["auth"]) ?? "");
  const given = { username: toText(entry["username"]) ?? username, password: toText(entry["password"]) ?? password };
  return given.username ? { username: given.username, password: given.password } : undefined;
}

async function askHelper(
  name: string | undefined,
  server: string,
  env: RegistryLoginSources["env"],
): Promise<RegistryLogin | undefined> {
  // A name with a path in it would start any program of the machine (GS-634).
  if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  const answer = toRecord(parseJson(await runHelper(`docker-credential-${name}`, server, env)));
  const [username, secret] = [toText(answer["Username"]), toText(answer["Secret"])];
  if (username === undefined || secret === undefined) return undefined;
  return username === "<token>" ? { identitytoken: secret } : { username, password: secret };
}

/** @returns what it printed, empty when it failed. */
async function runHelper(program: string, server: string, env: RegistryLoginSources["env"]): Promise<string> {
  const child = spawn(program, ["get"], { env: { ...env }, stdio: ["pipe", "pipe", "ignore"], timeout: 30_000 });
  const closed = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(server);
  const [printed, exitCode] = await Promise.all([text(child.stdout).catch(() => ""), closed]);
  return exitCode === 0 ? printed : "";
}

async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  return toRecord(parseJson(await readFile(path, "utf8").catch(() => "")));
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
