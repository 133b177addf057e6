import type { DiagnosticCode } from "../../../text/diagnostic-codes.ts";
import type { FileFailure, FileRequest } from "../../files.ts";

export interface FailureText {
  readonly severity: "error" | "warning" | "note";
  readonly code: DiagnosticCode;
  readonly text: string;
}

/**
 * What GitLab says about a file that it cannot take in; what only we know follows in brackets.
 *
 * @param location as it is written, variables put in but for hidden ones.
 * @source GY-48 to GY-54
 */
export function describeFailure(request: FileRequest, location: string, failure: FileFailure): FailureText {
  const text = textOf(request, location, failure) + (failure.detail === undefined ? "" : ` (${failure.detail})`);
  if (failure.reason === "offline") return { severity: "note", code: "include-not-read", text };
  // GitLab has the file: what it accepts is no error here.
  if (failure.reason === "no-source") return { severity: "warning", code: "include-not-read", text };
  return { severity: "error", code: "include-failed", text };
}

function textOf(request: FileRequest, location: string, failure: FileFailure): string {
  if (failure.reason === "offline") return `not fetched (offline): ${nameOf(request, location)}`;
  switch (request.kind) {
    case "local":
    case "pattern":
    case "exists":
    case "exists-elsewhere":
    case "changes":
      return `Local file \`${location}\` does not exist!`;
    case "made":
      return `Path \`${location}\` does not exist inside the \`${request.job}\` artifacts archive!`;
    case "project":
      return projectText(request, location, failure);
    case "remote":
      return remoteText(location, failure);
    case "template":
      return failure.reason === "no-source" || failure.reason === "no-file"
        ? `Template file \`${location}\` is not found in the configured template sources`
        : remoteText(location, failure).replace("Remote", "Template");
    case "component":
      return failure.reason === "no-source" || failure.reason === "no-project"
        ? `Component '${location}' - project not found or access denied`
        : `Component '${location}' - content not found`;
  }
}

/** The same file, as a person would look for it. */
function nameOf(request: FileRequest, location: string): string {
  if (request.kind !== "project") return `${request.kind} \`${location}\``;
  const at = request.ref === undefined ? "" : ` at \`${request.ref}\``;
  return `file \`${location}\` of project \`${request.project}\`${at}`;
}

function projectText(
  request: Extract<FileRequest, { kind: "project" }>,
  location: string,
  { reason }: FileFailure,
): string {
  const project = `Project \`${request.project}\``;
  if (reason === "no-ref") return `${project} reference \`${request.ref ?? "HEAD"}\` does not exist!`;
  if (reason === "no-file") return `${project} file \`${location}\` does not exist!`;
  return `${project} not found or access denied! Make sure any includes in the pipeline configuration are correctly defined.`;
}

function remoteText(location: string, { reason, status }: FileFailure): string {
  const file = `Remote file \`${location}\``;
  switch (reason) {
    case "bad-address":
      return `${file} does not have a valid address!`;
    case "bad-integrity":
      return `${file} could not be verified: its content has another integrity hash`;
    case "http-status":
      return `${file} could not be fetched because of HTTP code \`${status ?? 0}\` error!`;
    case "timeout":
      return `${file} could not be fetched because of a timeout error!`;
    case "socket":
      return `${file} could not be fetched because of a socket error!`;
    case "refused":
      return `${file} could not be fetched because its address is not allowed!`;
    default:
      return `${file} could not be fetched because of HTTP error!`;
  }
}
