import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { connect, negotiateVersion, type Transport } from "./transport.ts";

let server: Server | undefined;
let folder = "";

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function connectTo(listener: RequestListener): Promise<Transport> {
  folder = await mkdtemp(join(tmpdir(), "outrigger-api-"));
  const socketPath = join(folder, "engine.sock");
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
  return await connect({ kind: "unix", socketPath }, "1.41");
}

describe("calls to an engine", () => {
  test.each([
    ["1.41", "1.41"],
    ["1.47", "1.47"],
    ["1.99", "1.47"],
    [undefined, "1.47"],
  ])("offered %s, version %s is spoken", (offered, spoken) => {
    expect(negotiateVersion(offered)).toBe(spoken);
  });

  test("go to the negotiated version with their query and body", async () => {
    const transport = await connectTo((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        response.end(JSON.stringify({ method: request.method, url: request.url, body }));
      });
    });
    const request = { method: "POST", path: "/x", query: { name: "a b&c", all: true }, body: { A: 1 } } as const;
    expect(await transport.send(request)).toEqual({
      method: "POST",
      url: "/v1.41/x?name=a%20b%26c&all=true",
      body: '{"A":1}',
    });
    expect(await transport.send({ method: "GET", path: "/y" })).toMatchObject({
      method: "GET",
      url: expect.stringMatching(/^\/v1\.41\/y\??$/),
      body: "",
    });
  });

  test("a refusal has the engine's words", async () => {
    const transport = await connectTo((_, response) => {
      response.statusCode = 409;
      response.end(JSON.stringify({ message: "it is in use" }));
    });
    await expect(transport.send({ method: "DELETE", path: "/volumes/x" })).rejects.toMatchObject({
      code: "conflict",
      status: 409,
      detail: "it is in use",
    });
  });

  test("an engine that hangs up in the middle is unavailable", async () => {
    const transport = await connectTo((request) => request.socket.destroy());
    await expect(transport.send({ method: "GET", path: "/x" })).rejects.toMatchObject({ code: "engine_unavailable" });
  });

  test("an aborted call rejects with the signal's reason, before and during it", async () => {
    const transport = await connectTo(() => abort.abort(reason));
    const abort = new AbortController();
    const reason = new Error("enough");
    await expect(transport.send({ method: "GET", path: "/x", signal: abort.signal })).rejects.toBe(reason);
    await expect(transport.send({ method: "GET", path: "/x", signal: abort.signal })).rejects.toBe(reason);
  });

  test("no engine at all is unavailable, with a next step", async () => {
    const transport = await connect({ kind: "unix", socketPath: "/no/such/engine.sock" }, "1.41");
    await expect(transport.send({ method: "GET", path: "/x" })).rejects.toMatchObject({
      code: "engine_unavailable",
      message: expect.stringContaining("/no/such/engine.sock"),
      hint: expect.stringContaining("DOCKER_HOST"),
    });
  });
});
