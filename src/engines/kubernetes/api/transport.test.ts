import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../system/clock.ts";
import type { ClusterConnection } from "./connection.ts";
import { Transport } from "./transport.ts";

const LIMITS = { "webhook is starting": 5, "never mind": 0 };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An API server that gives one answer after the other, and repeats the last one. */
async function serve(
  ...answers: readonly ((request: IncomingMessage, response: ServerResponse) => void)[]
): Promise<{ readonly transport: Transport; readonly seen: string[]; readonly pauses: number[] }> {
  const seen: string[] = [];
  const pauses: number[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume();
    (answers[seen.length - 1] ?? answers.at(-1))?.(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const connection: ClusterConnection = {
    server: `http://127.0.0.1:${port}`,
    namespace: "ci",
    origin: "a test",
    credentials: async () => ({ headers: { Authorization: "Bearer x" } }),
    forget: () => undefined,
  };
  const clock: Clock = {
    ...systemClock,
    sleep: async (ms) => {
      pauses.push(ms);
    },
  };
  return {
    transport: new Transport(connection, clock, { limit: 3, limits: LIMITS, backoffMaxMs: 2_000 }),
    seen,
    pauses,
  };
}

const say =
  (code: number, body: object, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(code, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };
const hangUp = (request: IncomingMessage): void => void request.socket.destroy();

describe("requests to an API server (K-78)", () => {
  test("are tried again after a lost connection, longer and longer", async () => {
    const { transport, pauses } = await serve(hangUp, hangUp, hangUp, say(200, { ok: true }));
    expect(await transport.send({ method: "GET", path: "/x" })).toEqual({ ok: true });
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  test("are tried again when the server is busy, after the time that it names", async () => {
    const { transport, pauses } = await serve(say(429, {}, { "Retry-After": "7" }), say(503, {}), say(200, {}));
    await transport.send({ method: "GET", path: "/x" });
    expect(pauses).toEqual([7_000, 1_000]);
  });

  test("are given up in the end, and say who could not be reached", async () => {
    const { transport, seen } = await serve(hangUp);
    await expect(transport.send({ method: "GET", path: "/x" })).rejects.toMatchObject({
      code: "engine_unavailable",
      message: expect.stringContaining("http://127.0.0.1:"),
    });
    expect(seen).toHaveLength(4);
  });

  test("are tried again as often as the operator says for a message, whatever the answer", async () => {
    const { transport, seen } = await serve(say(422, { message: "a webhook is starting" }));
    await expect(transport.send({ method: "POST", path: "/x", body: {} })).rejects.toMatchObject({ code: "invalid" });
    expect(seen).toHaveLength(6);
    const { transport: other, seen: asked } = await serve(say(503, { message: "never mind" }));
    await expect(other.send({ method: "GET", path: "/x" })).rejects.toMatchObject({ code: "engine_error" });
    expect(asked).toHaveLength(1);
  });

  test("are not tried again when the answer is no", async () => {
    const { transport, seen } = await serve(say(422, { message: "no" }));
    await expect(transport.send({ method: "POST", path: "/x", body: {} })).rejects.toMatchObject({ code: "invalid" });
    expect(seen).toHaveLength(1);
  });

  test("what was made and whose answer was lost is read back (K-15)", async () => {
    const { transport, seen } = await serve(
      hangUp,
      say(409, { message: "exists" }),
      say(200, { metadata: { uid: "u" } }),
    );
    const pod = { metadata: { name: "p" } };
    expect(await transport.send({ method: "POST", path: "/pods", body: pod })).toEqual({ metadata: { uid: "u" } });
    expect(seen).toEqual(["POST /pods", "POST /pods", "GET /pods/p"]);
  });

  test("what is there already, without a doubt about it, is a refusal", async () => {
    const { transport } = await serve(say(409, { message: "exists" }));
    const sending = transport.send({ method: "POST", path: "/pods", body: { metadata: { name: "p" } } });
    await expect(sending).rejects.toMatchObject({ status: 409 });
  });

  test("come one behind the other when there are too many of them", async () => {
    const { transport, pauses } = await serve(say(200, {}));
    await Promise.all(Array.from({ length: 130 }, () => transport.send({ method: "GET", path: "/x" })));
    expect(pauses.length).toBeGreaterThan(20);
  });
});
