import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeEndpointFailure } from "./endpoint-failure.ts";
import { type EndpointSettings, findEndpoint, type NoEndpoint } from "./find-endpoint.ts";

let home: string;
let servers: Server[];
let settings: EndpointSettings;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "outrigger-endpoint-"));
  servers = [];
  settings = {
    home,
    uid: 4711,
    timeoutMs: 200,
    systemSockets: { docker: join(home, "none"), podman: join(home, "none") },
  };
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(home, { recursive: true, force: true });
});

/** An engine at a socket below the home folder, or a server that is none, or one that never answers. */
async function listen(path: string, manner: "engine" | "other" | "silent" = "engine"): Promise<string> {
  const socketPath = join(home, path);
  await mkdir(dirname(socketPath), { recursive: true });
  const server = createServer((_, response) => {
    if (manner === "engine") response.setHeader("Api-Version", "1.41");
    if (manner !== "silent") response.end("OK");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return socketPath;
}

async function writeContext(name: string, host: string): Promise<void> {
  const folder = join(home, ".docker/contexts/meta", createHash("sha256").update(name).digest("hex"));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}

async function expectNone(env: Record<string, string>): Promise<NoEndpoint> {
  const search = await findEndpoint(env, settings);
  if (search.kind !== "none") throw new Error(`found ${search.origin}`);
  return search;
}

describe("DOCKER_HOST", () => {
  test("wins over everything else", async () => {
    await listen(".docker/run/docker.sock");
    const socketPath = await listen("chosen.sock");
    const search = await findEndpoint({ DOCKER_HOST: `unix://${socketPath}`, DOCKER_CONTEXT: "lab" }, settings);
    expect(search).toMatchObject({ kind: "found", endpoint: { kind: "unix", socketPath }, origin: "DOCKER_HOST" });
  });

  test("is final: no other engine is taken when it does not answer", async () => {
    await listen(".docker/run/docker.sock");
    const search = await expectNone({ DOCKER_HOST: `unix://${home}/nothing.sock` });
    expect(search).toMatchObject({ chosen: true, tried: [{ origin: "DOCKER_HOST", problem: { kind: "missing" } }] });
  });

  test("may be a TCP address", async () => {
    const server = createServer((_, response) => response.setHeader("Api-Version", "1.41").end("OK"));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const search = await findEndpoint({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }, settings);
    expect(search).toMatchObject({ kind: "found", endpoint: { kind: "tcp", host: "127.0.0.1", port } });
  });

  test.each([
    ["ssh://user@far", "ssh", "forward its socket"],
    ["tcp://127.0.0.1:1", "refused", "unset DOCKER_HOST"],
    ["gopher://x", "invalid", "unix:///PATH or tcp://HOST:PORT"],
    ["tcp://", "invalid", "unix:///PATH or tcp://HOST:PORT"],
  ])("%s: says %s and what to do", async (address, kind, hint) => {
    const search = await expectNone({ DOCKER_HOST: address });
    expect(search.tried[0]?.problem.kind).toBe(kind);
    expect(describeEndpointFailure(search).hint).toContain(hint);
  });

  test("with DOCKER_TLS_VERIFY and no certificates names the folder that was looked into", async () => {
    const search = await expectNone({
      DOCKER_HOST: "tcp://127.0.0.1:1",
      DOCKER_TLS_VERIFY: "1",
      DOCKER_CERT_PATH: "/no/certs",
    });
    expect(describeEndpointFailure(search).message).toContain('no certificates in "/no/certs"');
  });
});

describe("a Docker context", () => {
  test("named by DOCKER_CONTEXT is used", async () => {
    const socketPath = await listen("lab.sock");
    await writeContext("lab", `unix://${socketPath}`);
    const search = await findEndpoint({ DOCKER_CONTEXT: "lab" }, settings);
    expect(search).toMatchObject({ kind: "found", endpoint: { socketPath }, origin: 'docker context "lab"' });
  });

  test("that is current in config.json is used, also from DOCKER_CONFIG's folder", async () => {
    const socketPath = await listen("lab.sock");
    await writeContext("lab", `unix://${socketPath}`);
    await writeFile(join(home, ".docker/config.json"), JSON.stringify({ currentContext: "lab" }));
    const env = { DOCKER_CONFIG: join(home, ".docker") };
    expect(await findEndpoint(env, { ...settings, home: "/nowhere" })).toMatchObject({
      kind: "found",
      endpoint: { socketPath },
    });
  });

  test("that does not exist is final and said so", async () => {
    await listen(".docker/run/docker.sock");
    const search = await expectNone({ DOCKER_CONTEXT: "gone" });
    expect(describeEndpointFailure(search).message).toBe(
      'no engine answers at docker context "gone": there is no such context',
    );
  });

  test("called default is no choice", async () => {
    await listen(".docker/run/docker.sock");
    expect(await findEndpoint({ DOCKER_CONTEXT: "default" }, settings)).toMatchObject({ kind: "found" });
  });

  test("in a broken config.json is no choice either", async () => {
    await listen(".docker/run/docker.sock");
    await writeFile(join(home, ".docker/config.json"), "{");
    expect(await findEndpoint({}, settings)).toMatchObject({ kind: "found" });
  });
});

describe("without a choice", () => {
  test("the first socket that answers is taken, in a fixed order", async () => {
    const env = { XDG_RUNTIME_DIR: join(home, "run"), XDG_CACHE_HOME: join(home, "cache") };
    const origins: string[] = [];
    for (const path of [
      "cache/outrigger/engine/docker.sock",
      "run/podman/podman.sock",
      ".docker/run/docker.sock",
      "run/docker.sock",
    ]) {
      await listen(path);
      const search = await findEndpoint(env, settings);
      origins.push(search.kind === "found" ? search.origin.replace(home, "~") : "none");
    }
    expect(origins).toEqual([
      "private daemon",
      "~/run/podman/podman.sock",
      "~/.docker/run/docker.sock",
      "~/run/docker.sock",
    ]);
  });

  test("a socket that is silent or no engine's is passed over", async () => {
    await listen("run/docker.sock", "silent");
    await listen(".docker/run/docker.sock", "other");
    const socketPath = await listen("run/podman/podman.sock");
    const search = await findEndpoint({ XDG_RUNTIME_DIR: join(home, "run") }, settings);
    expect(search).toMatchObject({ kind: "found", endpoint: { socketPath } });
  });

  test("nothing found: the message says what to install", async () => {
    const failure = describeEndpointFailure(await expectNone({}));
    expect(failure.message).toBe("no Docker or Podman engine was found on this machine");
    expect(failure.hint).toContain("npm run setup");
  });

  test("a socket that is there and silent is the cause, not the missing ones", async () => {
    const socketPath = await listen("run/docker.sock", "silent");
    const failure = describeEndpointFailure(await expectNone({ XDG_RUNTIME_DIR: join(home, "run") }));
    expect(failure.message).toBe(`no engine answers at "${socketPath}": no answer within 0.2 s`);
  });

  test("a socket of somebody else: the group is the next step", () => {
    const tried = [
      { origin: "/s", address: "unix:///s", problem: { kind: "denied" as const, detail: "permission denied" } },
    ];
    const failure = describeEndpointFailure({ kind: "none", chosen: false, tried });
    expect(failure.hint).toContain("usermod -aG docker");
  });
});
