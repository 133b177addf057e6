import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { ImageRef } from "../../../model/image-ref.ts";
import type { ImagePlan } from "../../../model/job-plan.ts";
import { repositoryOf } from "../../../model/normal-image.ts";
import { toRecord, toText, toTextMap } from "../../json.ts";

export interface RegistryAuthSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly email?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

const HUB_SERVER = "https://index.docker.io/v1/";

/**
 * The login for an image's registry, encoded for `X-Registry-Auth`: that of the pipeline file, else the user's own from
 * Docker's configuration.
 *
 * Logins are read anew for every pull, because a user may log in meanwhile. No login, an unreadable file and a helper that
 * fails all mean an anonymous pull; the registry's answer then says what is missing.
 *
 * @source GS-630, GS-631, GS-632, GS-633, GS-634, DR-157, DR-160, DR-161
 */
export async function findRegistryAuth(
  { ref: image, auth }: Pick<ImagePlan, "ref" | "auth">,
  settings: RegistryAuthSettings,
): Promise<string | undefined> {
  if (auth !== undefined) {
    const { username, password, email } = auth;
    const serveraddress = serverOf(registryPaths(image));
    return encode({ username, password, ...(email === undefined ? {} : { email }), serveraddress });
  }
  const folder = settings.env["DOCKER_CONFIG"] || join(settings.home, ".docker");
  const config = await readConfig(join(folder, "config.json"));
  const paths = registryPaths(image);
  const login =
    (await askHelper(findByPath(toTextMap(config["credHelpers"]), paths), paths, settings)) ??
    (await askHelper(toText(config["credsStore"]), paths, settings)) ??
    readLogin(findByPath(new Map(Object.entries(toRecord(config["auths"]))), paths), paths);
  return login === undefined ? undefined : encode(login);
}

/** The alphabet for URLs with padding; Node's own `base64url` has none, and Docker takes that for no login at all. */
function encode(login: Login): string {
  return Buffer.from(JSON.stringify(login)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** The image's path and every shorter one down to the registry: the longest that has an entry wins (GS-632). */
function registryPaths(image: ImageRef): readonly string[] {
  const parts = repositoryOf(image).split("/");
  return parts.map((_, cut) => parts.slice(0, parts.length - cut).join("/"));
}

function findByPath<T>(entries: ReadonlyMap<string, T>, paths: readonly string[]): T | undefined {
  const normal = new Map([...entries].map(([key, value]) => [normalise(key), value]));
  const path = paths.find((candidate) => normal.has(candidate));
  return path === undefined ? undefined : normal.get(path);
}

/** An address with a scheme is its host alone; Docker Hub has several names (GS-631). */
function normalise(key: string): string {
  const withScheme = /^[a-z]+:\/\/([^/]+)/i.exec(key);
  const [host = "", ...rest] = (withScheme?.[1] ?? key).split("/");
  const name = host.toLowerCase() === "index.docker.io" ? "docker.io" : host.toLowerCase();
  return [name, ...rest.filter(Boolean)].join("/");
}

function serverOf(paths: readonly string[]): string {
  const host = paths.at(-1) ?? "";
  return host === "docker.io" ? HUB_SERVER : host;
}

function readLogin(value: unknown, paths: readonly string[]): Login | undefined {
  const entry = toRecord(value);
  const identitytoken = toText(entry["identitytoken"]);
  const [username, ...password] = Buffer.from(toText(entry["auth"]) ?? "", "base64")
    .toString("utf8")
    .split(":");
  const serveraddress = serverOf(paths);
  if (identitytoken !== undefined) return { identitytoken, serveraddress };
  const given = {
    username: toText(entry["username"]) ?? username,
    password: toText(entry["password"]) ?? password.join(":"),
  };
  return given.username ? { username: given.username, password: given.password, serveraddress } : undefined;
}

async function askHelper(
  name: string | undefined,
  paths: readonly string[],
  settings: RegistryAuthSettings,
): Promise<Login | undefined> {
  // A name with a path in it would start any program of the machine (GS-634).
  if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  const serveraddress = serverOf(paths);
  const answer = toRecord(parseJson(await runHelper(`docker-credential-${name}`, serveraddress, settings.env)));
  const [username, secret] = [toText(answer["Username"]), toText(answer["Secret"])];
  if (username === undefined || secret === undefined) return undefined;
  return username === "<token>"
    ? { identitytoken: secret, serveraddress }
    : { username, password: secret, serveraddress };
}

/** @returns what it printed, empty when it failed. */
async function runHelper(program: string, server: string, env: RegistryAuthSettings["env"]): Promise<string> {
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
