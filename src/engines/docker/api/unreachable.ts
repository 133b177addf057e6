import { EngineUnavailableError } from "../../../model/outrigger-error.ts";
import { type EngineEndpoint, formatEndpoint } from "../endpoint.ts";

/** Turns a failed connection into the one error that says so; `error` is what Node gave. */
export function toUnavailable(error: unknown, endpoint: EngineEndpoint): EngineUnavailableError {
  const where = formatEndpoint(endpoint);
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return unavailable(`no container engine at "${where}": there is no such socket`, error, STARTED);
    case "ECONNREFUSED":
      return unavailable(`no container engine answers at "${where}"`, error, STARTED);
    case "EACCES":
    case "EPERM":
      return unavailable(
        `the container engine at "${where}" may not be used by this user: permission denied`,
        error,
        "join the socket's group (often: sudo usermod -aG docker $USER, then log in again), or set DOCKER_HOST to a rootless engine",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return unavailable(`the container engine's host in "${where}" does not resolve`, error, "check DOCKER_HOST");
    case "ECONNRESET":
    case "EPIPE":
      return unavailable(
        `the container engine at "${where}" closed the connection`,
        error,
        "look at the engine's own log",
      );
    default:
      return unavailable(`the container engine at "${where}" cannot be reached: ${errorText(error)}`, error, STARTED);
  }
}

const STARTED = "start the engine, or point DOCKER_HOST at one; outrigger doctor shows what was looked for";

function unavailable(message: string, cause: unknown, hint: string): EngineUnavailableError {
  return new EngineUnavailableError(message, { cause, hint });
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}
