import type { FileFailure } from "../../dialects/files.ts";
import { sha256 } from "../../text/sha256.ts";
import { type HttpAnswer, httpGet, RefusedAddressError, UselessAnswerError } from "./http-get.ts";
import { MAX_INCLUDED_BYTES } from "./local-files.ts";
import { type CachedRemote, readRemoteCache, writeRemoteCache } from "./remote-cache.ts";

export interface RemoteOptions {
  readonly isOffline: boolean;
  readonly cacheFolder: string;
  readonly mayBePrivate: (host: string) => boolean;
  readonly timeoutMs: number;
  /** Ends it as well. */
  readonly deadline?: AbortSignal | undefined;
}

/** @returns the file's text, or why there is none. @source GY-52 */
export async function readRemoteFile(
  address: string,
  integrity: string | undefined,
  options: RemoteOptions,
): Promise<string | FileFailure> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === "") return { reason: "bad-address" };
  if (url.username !== "" || url.password !== "") {
    return { reason: "bad-address", detail: "it holds a password", hint: "GitLab fetches remote files without one" };
  }
  const cached = await readRemoteCache(options.cacheFolder, address);
  if (options.isOffline) return cached === undefined ? { reason: "offline" } : verified(cached.body, integrity);
  try {
    const headers = cached === undefined ? {} : conditionsOf(cached);
    const answer = await httpGet(url, { ...options, maxBytes: MAX_INCLUDED_BYTES, headers });
    if (answer.status === 304 && cached !== undefined) return verified(cached.body, integrity);
    const problem = findProblem(answer);
    if (problem !== undefined) return problem;
    const { etag, "last-modified": lastModified } = answer.headers;
    await writeRemoteCache(options.cacheFolder, address, { body: answer.body, etag, lastModified });
    return verified(answer.body, integrity);
  } catch (error) {
    return failureOf(error, cached !== undefined);
  }
}

function conditionsOf({ etag, lastModified }: CachedRemote): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { "if-none-match": etag }),
    ...(lastModified === undefined ? {} : { "if-modified-since": lastModified }),
  };
}

function findProblem({ status, headers, body }: HttpAnswer): FileFailure | undefined {
  if (status !== 200) return { reason: "http-status", status, ...hintForStatus(status) };
  const isHtml = /^text\/html\b/i.test(headers["content-type"] ?? "") || /^\s*<(?:!doctype|html)\b/i.test(headOf(body));
  if (!isHtml) return undefined;
  return {
    reason: "http",
    detail: "the answer is a web page, not YAML",
    hint: "take the address of the raw file; a page to log in means that the file is not public",
  };
}

function headOf(body: Buffer): string {
  return body.subarray(0, 200).toString("latin1");
}

function hintForStatus(status: number): { readonly hint?: string } {
  if (status === 401 || status === 403) {
    return { hint: "GitLab fetches remote files without a password; include it as a project" };
  }
  return status === 404 ? { hint: "check the address; a private file answers 404 as well" } : {};
}

function verified(body: Buffer, integrity: string | undefined): string | FileFailure {
  if (integrity !== undefined) {
    const hash = `sha256-${sha256(body, "base64")}`;
    if (hash !== integrity) return { reason: "bad-integrity", detail: `it is ${hash}` };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return { reason: "http", detail: "it is not UTF-8 text" };
  }
}

function failureOf(error: unknown, hasCopy: boolean): FileFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RefusedAddressError) {
    const hint = "if that is meant to be: --allow-private-includes";
    return { reason: "refused", detail: message, ...(message.includes("private network") ? { hint } : {}) };
  }
  if (error instanceof UselessAnswerError) return { reason: "http", detail: message };
  const copy = hasCopy ? { hint: "--offline takes the copy from the last time" } : {};
  if (error instanceof DOMException && error.name === "TimeoutError") return { reason: "timeout", ...copy };
  return { reason: "socket", detail: message === "" ? "no connection" : message, ...copy };
}
