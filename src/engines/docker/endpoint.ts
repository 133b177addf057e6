import type { EndpointProblem } from "./endpoint-problem.ts";

/** Where an engine's API answers. A Windows pipe is a `socketPath` too. */
export type EngineEndpoint =
  | { readonly kind: "unix"; readonly socketPath: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls?: EndpointTls };

/** PEM texts. `verify` false takes any server, as a context with `SkipTLSVerify` asks. */
export interface EndpointTls {
  readonly verify: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type ParsedEndpoint = { readonly endpoint: EngineEndpoint } | { readonly problem: EndpointProblem };

/**
 * Reads an address as `DOCKER_HOST` has it: `unix://`, `npipe://`, `tcp://`, `http(s)://`, or `host:port` alone.
 *
 * Port 2375 is assumed for plain TCP and 2376 with TLS. `ssh://` is a problem of its own: we cannot dial it.
 */
export function parseEndpoint(address: string, tls?: EndpointTls): ParsedEndpoint {
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1];
  switch (scheme) {
    case "unix":
    case "npipe": {
      const socketPath = address.slice(scheme.length + 3);
      return socketPath === "" ? invalid(address) : { endpoint: { kind: "unix", socketPath } };
    }
    case "ssh":
      return { problem: { kind: "ssh", detail: address.slice("ssh://".length) } };
    case "https":
      return parseTcp(address, tls ?? { verify: true });
    case "tcp":
    case "http":
      return parseTcp(address, tls);
    case undefined:
      return parseTcp(`tcp://${address}`, tls);
    default:
      return invalid(address);
  }
}

/** As the user would write it. */
export function formatEndpoint(endpoint: EngineEndpoint): string {
  return endpoint.kind === "unix" ? `unix://${endpoint.socketPath}` : `tcp://${endpoint.host}:${endpoint.port}`;
}

function parseTcp(address: string, tls: EndpointTls | undefined): ParsedEndpoint {
  const url = URL.parse(address.replace(/^[a-z]+:/, "http:"));
  if (url === null || url.hostname === "" || url.pathname !== "/") return invalid(address);
  // `URL` leaves out the port when it is the scheme's own, 80.
  const written = /:(\d+)\/?$/.exec(address)?.[1];
  const port = Number(url.port || written || (tls === undefined ? 2375 : 2376));
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { endpoint: { kind: "tcp", host, port, ...(tls === undefined ? {} : { tls }) } };
}

function invalid(address: string): ParsedEndpoint {
  return { problem: { kind: "invalid", detail: `"${address}" is no address of an engine` } };
}
