import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileFailure } from "../../dialects/files.ts";
import { isPrivateAddress } from "./private-addresses.ts";
import { type RemoteOptions, readRemoteFile } from "./remote-files.ts";

const TEXT = "J: {script: x}\n";
let folder = "";
let server: Server;
let own = "";
let hits = 0;

const answers: Readonly<Record<string, RequestListener>> = {
  "/a.yml": (_request, response) => void response.end(TEXT),
  "/tagged.yml": (request, response) => {
    hits += 1;
    if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
    else response.setHeader("etag", '"1"').end(TEXT);
  },
  "/gone.yml": (_request, response) => void response.writeHead(404).end("no"),
  "/login.yml": (_request, response) => void response.setHeader("content-type", "text/html").end("x: 1"),
  "/page.yml": (_request, response) => void response.end("\n<!DOCTYPE html><html></html>"),
  "/latin.yml": (_request, response) => void response.end(Buffer.from([0xe9])),
  "/large.yml": (_request, response) => void response.end(Buffer.alloc(5 * 1024 * 1024, 32)),
  "/slow.yml": () => undefined,
  "/cut.yml": (_request, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setImmediate(() => response.destroy());
  },
  "/there.yml": (_request, response) => void response.writeHead(302, { location: "/a.yml" }).end(),
  "/round.yml": (_request, response) => void response.writeHead(302, { location: "/round.yml" }).end(),
  "/inside.yml": (_request, response) => void response.writeHead(302, { location: "http://127.0.0.2:1/a.yml" }).end(),
  "/named.yml": (_request, response) => void response.writeHead(302, { location: "http://localhost:1/a.yml" }).end(),
  "/file.yml": (_request, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-remote-"));
  server = createServer((request, response) => answers[request.url ?? ""]?.(request, response));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  // It listens at an address of this machine, so it has one.
  own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function get(path: string, options: Partial<RemoteOptions> = {}, integrity?: string): Promise<string | FileFailure> {
  const mayBePrivate = (host: string): boolean => host === own;
  const all = { isOffline: false, cacheFolder: folder, mayBePrivate, timeoutMs: 5000, ...options };
  return readRemoteFile(path.startsWith("/") ? `http://${own}${path}` : path, integrity, all);
}

describe("a remote file (GY-52)", () => {
  test.each(["/a.yml", "/there.yml"])("%s is read", async (path) => {
    expect(await get(path)).toBe(TEXT);
  });

  test.each([
    ["/gone.yml", { reason: "http-status", status: 404 }],
    ["/login.yml", { reason: "http", detail: "the answer is a web page, not YAML" }],
    ["/page.yml", { reason: "http", detail: "the answer is a web page, not YAML" }],
    ["/latin.yml", { reason: "http", detail: "it is not UTF-8 text" }],
    ["/large.yml", { reason: "http", detail: "more than 2097152 bytes" }],
    ["/cut.yml", { reason: "socket" }],
    ["/round.yml", { reason: "http", detail: "more than 5 redirects" }],
    ["/inside.yml", { reason: "refused", detail: "127.0.0.2 is on a private network" }],
    ["/named.yml", { reason: "refused", detail: expect.stringContaining("localhost is ") }],
    ["/file.yml", { reason: "refused", detail: "it redirects to file:" }],
    ["http://127.0.0.1:1/a.yml", { reason: "refused" }],
    ["http://[::1]:1/a.yml", { reason: "refused" }],
    ["http://[::ffff:127.0.0.1]:1/a.yml", { reason: "refused" }],
    ["http://2130706433/a.yml", { reason: "refused" }],
    ["ftp://example.com/a.yml", { reason: "bad-address" }],
    ["http://", { reason: "bad-address" }],
    ["https://me:secret@example.com/a.yml", { reason: "bad-address", detail: "it holds a password" }],
  ])("%s is not: %j", async (path, failure) => {
    expect(await get(path)).toMatchObject(failure);
  });

  test("one that does not answer in time", async () => {
    expect(await get("/slow.yml", { timeoutMs: 50 })).toMatchObject({ reason: "timeout" });
  });

  test("nobody listens", async () => {
    const answer = await get("http://127.0.0.1:1/a.yml", { mayBePrivate: () => true });
    expect(answer).toMatchObject({ reason: "socket", detail: expect.stringContaining("ECONNREFUSED") });
  });

  test("its integrity is checked", async () => {
    const hash = `sha256-${createHash("sha256").update(TEXT).digest("base64")}`;
    expect(await get("/a.yml", {}, hash)).toBe(TEXT);
    expect(await get("/a.yml", {}, `sha256-${"A".repeat(43)}=`)).toMatchObject({ reason: "bad-integrity" });
  });

  test("what did not change is not sent again, and offline the copy is taken", async () => {
    expect(await get("/tagged.yml", { isOffline: true })).toEqual({ reason: "offline" });
    expect(await get("/tagged.yml")).toBe(TEXT);
    expect(await get("/tagged.yml")).toBe(TEXT);
    expect(hits).toBe(2);
    expect(await get("/tagged.yml", { isOffline: true })).toBe(TEXT);
    expect(hits).toBe(2);
  });
});

test.each([
  ["10.1.2.3", true],
  ["172.31.0.1", true],
  ["172.32.0.1", false],
  ["192.168.0.1", true],
  ["169.254.169.254", true],
  ["100.64.0.1", true],
  ["0.0.0.0", true],
  ["8.8.8.8", false],
  ["::1", true],
  ["::", true],
  ["fd00::1", true],
  ["fe80::1", true],
  ["::ffff:10.0.0.1", true],
  ["::ffff:a00:1", true],
  ["2001:4860:4860::8888", false],
  ["example.com", false],
])("%s is on a private network: %s", (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});
