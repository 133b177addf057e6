import { EngineUnavailableError } from "../../../model/outrigger-error.ts";

/** Failures of a connection after which the same request may get through (K-78). */
const PASSING =
  /ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|socket hang up|unexpected EOF|network socket disconnected|client network socket|handshake timeout|tls: internal error|connection lost/i;

export function isPassingFailure(error: unknown): boolean {
  return PASSING.test(`${codeOf(error)} ${textOf(error)}`);
}

/** Nothing of the request has reached the server. */
export function isNotSent(error: unknown): boolean {
  return /ECONNREFUSED|EAI_AGAIN|ENOTFOUND/.test(codeOf(error));
}

/** A failed connection as the one error that says so; `origin` is where the server's address came from. */
export function toUnavailable(error: unknown, server: string, origin: string): EngineUnavailableError {
  const code = codeOf(error);
  const say = (message: string, hint: string): EngineUnavailableError =>
    new EngineUnavailableError(message, { cause: error, hint });
  if (code === "ECONNREFUSED") {
    return say(`no Kubernetes API server answers at "${server}"`, `start the cluster, or look at ${origin}`);
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return say(`the host of the Kubernetes API server "${server}" does not resolve`, `look at ${origin}`);
  }
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(code)) {
    return say(
      `the certificate of the Kubernetes API server "${server}" is not trusted: ${textOf(error)}`,
      `look at certificate-authority in ${origin}`,
    );
  }
  return say(`the Kubernetes API server "${server}" cannot be reached: ${textOf(error)}`, `look at ${origin}`);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}
