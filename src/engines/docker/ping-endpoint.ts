import type { EngineEndpoint } from "./endpoint.ts";
import type { EndpointProblem } from "./endpoint-problem.ts";
import { openRequest } from "./endpoint-request.ts";

/** What an engine says of itself to a ping. */
export interface EngineIdentity {
  /** The newest version of the API it speaks: `1.41`. */
  readonly apiVersion: string;
  /** Its `Server` header: `Docker/20.10.24 (linux)`. */
  readonly server: string | undefined;
}

export type Ping = { readonly identity: EngineIdentity } | { readonly problem: EndpointProblem };

/** Never rejects. */
export async function pingEndpoint(endpoint: EngineEndpoint, timeoutMs: number): Promise<Ping> {
  const signal = AbortSignal.timeout(timeoutMs);
  const request = await openRequest(endpoint, { path: "/_ping", method: "GET", agent: false, signal });
  return await new Promise((resolve) => {
    request.on("error", (error) => {
      const silent: EndpointProblem = { kind: "silent", detail: `no answer within ${timeoutMs / 1000} s` };
      resolve({ problem: signal.aborted ? silent : problemFrom(error) });
    });
    request.on("response", (response) => {
      response.resume();
      const { "api-version": apiVersion, server } = response.headers;
      if (response.statusCode === 200 && typeof apiVersion === "string") {
        resolve({ identity: { apiVersion, server: typeof server === "string" ? server : undefined } });
      }
      const detail = `answered ${response.statusCode ?? "?"} without an API version`;
      resolve({ problem: { kind: "not_an_engine", detail } });
    });
    request.end();
  });
}

function problemFrom(error: NodeJS.ErrnoException): EndpointProblem {
  const detail = error.message;
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return { kind: "missing", detail: "there is no such socket" };
    case "EACCES":
    case "EPERM":
      return { kind: "denied", detail: "permission denied" };
    case "ECONNREFUSED":
      return { kind: "refused", detail: "nothing listens there" };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { kind: "unreachable", detail: "there is no such host" };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { kind: "unreachable", detail };
    default:
      return { kind: /TLS|SSL|CERT/i.test(error.code ?? "") ? "tls" : "not_an_engine", detail };
  }
}
