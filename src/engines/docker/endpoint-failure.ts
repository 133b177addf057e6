import type { NoEndpoint, TriedEndpoint } from "./find-endpoint.ts";

/** One cause and one next step, for {@link EngineUnavailableError} and `doctor`. */
export interface EndpointFailure {
  readonly message: string;
  readonly hint: string;
}

/** The place that says most: one the user chose, else one that is there but not usable, else none. */
export function describeEndpointFailure(search: NoEndpoint): EndpointFailure {
  const worst = search.chosen ? search.tried[0] : search.tried.find((tried) => tried.problem.kind !== "missing");
  if (worst === undefined) {
    const hint = "install Docker or Podman and start it, or set DOCKER_HOST; in a checkout of Outrigger: npm run setup";
    return { message: "no Docker or Podman engine was found on this machine", hint };
  }
  const where = whereOf(worst);
  const message =
    worst.problem.kind === "ssh"
      ? `${where} is an ssh address, which cannot be used directly`
      : `no engine answers at ${where}: ${worst.problem.detail}`;
  return { message, hint: nextStep(worst) };
}

function whereOf({ origin, address, problem }: TriedEndpoint): string {
  // A context that is not there has no address.
  if (problem.kind === "invalid" && origin !== "DOCKER_HOST") return origin;
  return address === `unix://${origin}` ? `"${origin}"` : `${origin} (${address})`;
}

function nextStep({ origin, problem }: TriedEndpoint): string {
  const isEnv = origin === "DOCKER_HOST";
  switch (problem.kind) {
    case "denied":
      return "add your user to the group that owns the socket (often: sudo usermod -aG docker $USER), then log in again";
    case "ssh":
      return `forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${problem.detail} & then DOCKER_HOST=unix:///tmp/docker.sock`;
    case "invalid":
      return isEnv ? "set DOCKER_HOST to unix:///PATH or tcp://HOST:PORT" : "look at: docker context ls";
    case "tls":
      return "check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH";
    default:
      return isEnv ? "start that engine, or unset DOCKER_HOST" : "start the engine, or set DOCKER_HOST";
  }
}
