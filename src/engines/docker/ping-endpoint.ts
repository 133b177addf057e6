import type { EngineEndpoint } from "./endpoint.ts";
import type { EndpointProblem } from "./endpoint-problem.ts";
import { openRequest } from "./endpoint-request.ts";

/** @returns `undefined` when an engine answers. Never rejects. */
export async function pingEndpoint(endpoint: EngineEndpoint, timeoutMs: number): Promise<EndpointProblem | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  const request = await openRequest(endpoint, { path: "/_ping", method: "GET", agent: false, signal });
  return await new Promise((resolve) => {
    request.on("error", (error) => {
      resolve(
        signal.aborted ? { kind: "silent", detail: `no answer within ${timeoutMs / 1000} s` } : problemFrom(error),
      );
    });
    request.on("response", (response) => {
      response.resume();
      const isEngine = response.statusCode === 200 && response.headers["api-version"] !== undefined;
      const detail = `answered ${response.statusCode ?? "?"} without an API version`;
      resolve(isEngine ? undefined : { kind: "not_an_engine", detail });
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
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { kind: "unreachable", detail };
    default:
      return { kind: /TLS|SSL|CERT/i.test(error.code ?? "") ? "tls" : "not_an_engine", detail };
  }
}
