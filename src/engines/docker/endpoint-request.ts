import type { ClientRequest, RequestOptions } from "node:http";
import type { EngineEndpoint } from "./endpoint.ts";

/** An import of it would also load `fetch` and WebSockets, which it offers by other names: a third of a program's start-up. */
const { request: requestHttp } = process.getBuiltinModule("node:http");

/** A plain request to an engine, not yet sent; TLS is loaded only for an endpoint that needs it. */
export async function openRequest(endpoint: EngineEndpoint, options: RequestOptions): Promise<ClientRequest> {
  if (endpoint.kind === "unix") return requestHttp({ ...options, socketPath: endpoint.socketPath });
  const { host, port, tls } = endpoint;
  if (tls === undefined) return requestHttp({ ...options, host, port });
  const { request } = await import("node:https");
  const { verify, ...certificates } = tls;
  return request({ ...options, host, port, ...certificates, rejectUnauthorized: verify });
}
