import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../text/sha256.ts";
import { type EndpointTls, type EngineEndpoint, parseEndpoint } from "./endpoint.ts";
import type { EndpointProblem } from "./endpoint-problem.ts";
import { type EngineIdentity, pingEndpoint } from "./ping-endpoint.ts";

export interface FoundEndpoint {
  readonly kind: "found";
  readonly endpoint: EngineEndpoint;
  readonly identity: EngineIdentity;
  /** For messages: `DOCKER_HOST`, `/var/run/docker.sock`, `docker context "lab"`, `private daemon`. */
  readonly origin: string;
}

/** Nothing answered. `chosen`: the user named that one place, so no other was tried. */
export interface NoEndpoint {
  readonly kind: "none";
  readonly chosen: boolean;
  readonly tried: readonly TriedEndpoint[];
}

export interface TriedEndpoint {
  readonly origin: string;
  /** As the user would write it: `unix:///run/docker.sock`, `tcp://host:2376`. */
  readonly address: string;
  readonly problem: EndpointProblem;
}

export interface EndpointSettings {
  readonly home: string;
  /** Undefined where the system has none. */
  readonly uid: number | undefined;
  /** Limit for one answer; 2000 when left out. */
  readonly timeoutMs?: number;
  readonly platform?: NodeJS.Platform;
  /** Sockets of the system's own daemons, when not at their usual places. */
  readonly systemSockets?: { readonly docker: string; readonly podman: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Candidate {
  readonly origin: string;
  readonly address: string;
  readonly tls?: EndpointTls;
  readonly problem?: EndpointProblem;
}

/**
 * Finds the engine a user means: `DOCKER_HOST`, then the chosen Docker context, then the usual sockets of Docker, rootless
 * Docker and Podman, then the daemon that `npm run setup` starts. Only one that answers counts.
 *
 * What the user names is final: when `DOCKER_HOST` or a context does not answer, nothing else is tried.
 */
export async function findEndpoint(env: Environment, settings: EndpointSettings): Promise<FoundEndpoint | NoEndpoint> {
  const chosen = await chosenCandidate(env, settings);
  const candidates = chosen === undefined ? usualCandidates(env, settings) : [chosen];
  const tried: TriedEndpoint[] = [];
  for (const candidate of candidates) {
    const { origin, address } = candidate;
    const parsed =
      candidate.problem === undefined ? parseEndpoint(address, candidate.tls) : { problem: candidate.problem };
    const ping = "problem" in parsed ? parsed : await pingEndpoint(parsed.endpoint, settings.timeoutMs ?? 2000);
    if ("problem" in ping) tried.push({ origin, address, problem: ping.problem });
    else if ("endpoint" in parsed) return { kind: "found", endpoint: parsed.endpoint, identity: ping.identity, origin };
  }
  return { kind: "none", chosen: chosen !== undefined, tried };
}

/** Where the private daemon of `npm run setup` lives: its socket, data, log and pid file. */
export function privateEngineFolder(env: Environment, home: string): string {
  const cache = env.XDG_CACHE_HOME;
  return join(cache === undefined || cache === "" ? join(home, ".cache") : cache, "outrigger", "engine");
}

async function chosenCandidate(env: Environment, settings: EndpointSettings): Promise<Candidate | undefined> {
  const configFolder = env.DOCKER_CONFIG || join(settings.home, ".docker");
  if (env.DOCKER_HOST) {
    const candidate = { origin: "DOCKER_HOST", address: env.DOCKER_HOST };
    if (!env.DOCKER_TLS_VERIFY || /^(?:unix|npipe|ssh):/.test(env.DOCKER_HOST)) return candidate;
    const tls = await readTls(env.DOCKER_CERT_PATH || configFolder, true);
    if (tls !== undefined) return { ...candidate, tls };
    const detail = `no certificates in "${env.DOCKER_CERT_PATH || configFolder}"`;
    return { ...candidate, problem: { kind: "invalid", detail } };
  }
  const name = env.DOCKER_CONTEXT || (await currentContext(configFolder));
  return name === undefined || name === "default" ? undefined : await contextCandidate(configFolder, name);
}

async function currentContext(configFolder: string): Promise<string | undefined> {
  const config = await readJson(join(configFolder, "config.json"));
  const name = field(config, "currentContext");
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Contexts are folders named by the SHA-256 of the context's name. */
async function contextCandidate(configFolder: string, name: string): Promise<Candidate> {
  const folder = sha256(name);
  const origin = `docker context "${name}"`;
  const meta = await readJson(join(configFolder, "contexts", "meta", folder, "meta.json"));
  const docker = field(field(meta, "Endpoints"), "docker");
  const host = field(docker, "Host");
  if (typeof host !== "string") {
    return { origin, address: name, problem: { kind: "invalid", detail: "there is no such context" } };
  }
  const tls = await readTls(
    join(configFolder, "contexts", "tls", folder, "docker"),
    field(docker, "SkipTLSVerify") !== true,
  );
  return tls === undefined ? { origin, address: host } : { origin, address: host, tls };
}

function usualCandidates(env: Environment, settings: EndpointSettings): Candidate[] {
  const { home, uid } = settings;
  if (settings.platform === "win32")
    return [{ origin: "docker_engine pipe", address: "npipe:////./pipe/docker_engine" }];
  const runtimeFolder = env.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  const system = settings.systemSockets ?? { docker: "/var/run/docker.sock", podman: "/run/podman/podman.sock" };
  const paths = [
    system.docker,
    ...(runtimeFolder === undefined ? [] : [join(runtimeFolder, "docker.sock")]),
    join(home, ".docker", "run", "docker.sock"),
    ...(runtimeFolder === undefined ? [] : [join(runtimeFolder, "podman", "podman.sock")]),
    system.podman,
  ];
  const privateSocket = join(privateEngineFolder(env, home), "docker.sock");
  return [
    ...paths.map((path) => ({ origin: path, address: `unix://${path}` })),
    { origin: "private daemon", address: `unix://${privateSocket}` },
  ];
}

async function readTls(folder: string, verify: boolean): Promise<EndpointTls | undefined> {
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readText(join(folder, name))),
  );
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A broken or missing file says nothing: the Docker CLI reads it the same way. */
async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
