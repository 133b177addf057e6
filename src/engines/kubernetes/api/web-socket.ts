import type { IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { createRequire } from "node:module";

/** What we use of the WebSocket that comes with the library for Kubernetes. */
export interface WebSocket {
  readonly protocol: string;
  binaryType: string;
  on(event: "open" | "close" | "pong", listener: () => void): void;
  on(event: "message", listener: (data: unknown) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "unexpected-response", listener: (request: unknown, answer: IncomingMessage) => void): void;
  send(data: Uint8Array, done: (error?: Error) => void): void;
  ping(): void;
  pause(): void;
  resume(): void;
  terminate(): void;
}

interface WebSocketClass {
  new (url: string, protocols: readonly string[], options: RequestOptions): WebSocket;
}

let loaded: WebSocketClass | undefined;

/** Of the library's own dependencies, wherever they are installed. */
export function webSocketClass(): WebSocketClass {
  if (loaded === undefined) {
    const require = createRequire(import.meta.resolve("@kubernetes/client-node"));
    const found: WebSocketClass = require("ws");
    loaded = found;
  }
  return loaded;
}
