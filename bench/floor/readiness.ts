import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "./containers.ts";
import type { FloorService } from "./floor-order.ts";

const timeoutMs = 60_000;
const firstPauseMs = 5;
const longestPauseMs = 100;

/** Asks by the product's pauses: the port from the host, then the service's own command. */
export async function waitUntilReady(service: FloorService, container: Container, address: string): Promise<void> {
  const { alias, port, readyCommand } = service;
  if (port === undefined) return;
  await poll(alias, () => accepts(address, port));
  if (readyCommand === undefined) return;
  await poll(alias, async () => (await container.exec(readyCommand)) === 0);
}

async function poll(what: string, isReady: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; !(await isReady()); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if (performance.now() > end) throw new Error(`service "${what}" was not ready after ${timeoutMs} ms`);
    await sleep(pauseMs);
  }
}

async function accepts(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.on("connect", () => settle(true));
    socket.on("error", () => settle(false));
  });
}
