import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { OutputSink } from "../../engine.ts";
import { Attached } from "./attached.ts";
import { connect } from "./transport.ts";

const HEAD = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A connection to a process that does as the function says, from the request on. */
async function attachTo(serve: (socket: Socket) => void): Promise<Attached> {
  const folder = await mkdtemp(join(tmpdir(), "outrigger-attached-"));
  const socketPath = join(folder, "engine.sock");
  const server = createServer((socket) => {
    socket.on("error", () => undefined).once("data", () => serve(socket));
  });
  cleanUps.push(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const transport = await connect({ kind: "unix", socketPath }, "1.41");
  return new Attached(await transport.hijack({ method: "POST", path: "/containers/x/attach" }));
}

function frame(fd: 1 | 2, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = fd;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

class Output {
  readonly texts: Record<1 | 2, string> = { 1: "", 2: "" };
  readonly sink: OutputSink = (fd, chunk) => {
    this.texts[fd] += Buffer.from(chunk).toString();
  };
}

/** Every byte differs from those near it, so that none can get lost or change its place unseen. */
const long = Array.from({ length: 120_000 }, (_, n) => `line ${n}\n`).join("");

describe("the output of a process", () => {
  test("is whole when it comes with the engine's answer, before anybody asks for it, and later", async () => {
    let process: Socket | undefined;
    const attached = await attachTo((socket) => {
      process = socket;
      socket.write(Buffer.concat([Buffer.from(HEAD), frame(1, "early, ")]));
    });
    for (const text of ["then, ", "again, "]) {
      await new Promise((resolve) => process?.write(frame(1, text), resolve));
      await turns();
    }
    const output = new Output();
    const copied = attached.copyOutput(output.sink);
    await turns();
    process?.end(frame(1, "late"));
    await copied;
    expect(output.texts).toEqual({ 1: "early, then, again, late", 2: "" });
  });

  test("waits for who takes it, and nobody finds other bytes in what was handed over", async () => {
    const attached = await attachTo((socket) => {
      socket.write(HEAD);
      socket.end(frame(1, long));
    });
    const output = new Output();
    let pending = 0;
    await attached.copyOutput(async (fd, chunk) => {
      pending++;
      await turns();
      expect(pending).toBe(1);
      await output.sink(fd, chunk);
      pending--;
    });
    expect(output.texts[1] === long).toBe(true);
  });

  test("is told apart by its streams, in order, when it comes in many small pieces", async () => {
    const lines = long.split("\n").slice(0, 5000);
    const attached = await attachTo((socket) => {
      socket.write(HEAD);
      for (const [n, line] of lines.entries()) socket.write(frame(n % 2 === 0 ? 1 : 2, `${line}\n`));
      socket.end();
    });
    const order: string[] = [];
    await attached.copyOutput((fd, chunk) => {
      order.push(...`${fd} ${Buffer.from(chunk).toString()}`.split("\n").filter((text) => text !== ""));
    });
    expect(order).toEqual(lines.map((line, n) => `${(n % 2) + 1} ${line}`));
  });

  test("ends when the connection was gone before anybody asked for it", async () => {
    const attached = await attachTo((socket) => socket.end(HEAD));
    await turns();
    await attached.copyOutput(() => expect.unreachable());
  });

  test("ends when it is closed, and with the error of who takes it", async () => {
    const open = await attachTo((socket) => socket.write(Buffer.concat([Buffer.from(HEAD), frame(1, "x")])));
    await open.copyOutput(() => open.close());
    for (const sink of [() => fail(), async () => fail()]) {
      const attached = await attachTo((socket) => socket.write(Buffer.concat([Buffer.from(HEAD), frame(2, "x")])));
      await expect(attached.copyOutput(sink)).rejects.toThrow("no room");
    }
  });

  test("is not there when the engine refuses, in its own words", async () => {
    const refusing = attachTo((socket) =>
      socket.end(
        'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{"message":"no such thing"}',
      ),
    );
    await expect(refusing).rejects.toMatchObject({ status: 404, detail: "no such thing" });
  });
});

/** What was written to a local connection has been read when it resolves. */
async function turns(): Promise<void> {
  for (let n = 0; n < 3; n++) await turn();
}

function fail(): never {
  throw new Error("no room");
}
