import { spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { openRequest } from "../../src/engines/docker/endpoint-request.ts";

export interface EngineAnswer {
  readonly status: number;
  /** The engine's own words when it refused; the whole body otherwise. */
  readonly body: string;
}

export interface EngineCall {
  readonly query?: Readonly<Record<string, string>>;
  /** Sends this folder as a tar stream. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
}

/**
 * The few calls of set-up, without the product's client: set-up has to work, and be quick, before anything else does.
 *
 * Paths carry no version: the engine then answers by its own.
 */
export async function callEngine(
  endpoint: EngineEndpoint,
  method: "GET" | "POST" | "DELETE",
  path: string,
  call: EngineCall = {},
): Promise<EngineAnswer> {
  const response = await sendToEngine(endpoint, method, path, call);
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** As {@link callEngine}, for a long answer that is read while it comes. */
export async function sendToEngine(
  endpoint: EngineEndpoint,
  method: string,
  path: string,
  { query, folder, signal }: EngineCall,
): Promise<IncomingMessage> {
  const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
  const request = await openRequest(endpoint, {
    method,
    path: path + search,
    agent: false,
    headers: folder === undefined ? { "content-length": 0 } : { "content-type": "application/x-tar" },
    ...(signal === undefined ? {} : { signal }),
  });
  const answer = once(request, "response");
  if (folder === undefined) request.end();
  else await Promise.race([sendFolder(folder, request), answer]);
  const [response] = await answer;
  return response;
}

async function sendFolder(folder: string, request: NodeJS.WritableStream): Promise<void> {
  const tar = spawn("tar", ["--create", "--directory", folder, "--file", "-", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(tar, "close");
  await pipeline(tar.stdout, request);
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar of "${folder}" ended with ${code}`);
}

/** Splits an image's name into what `fromImage`/`repo` and `tag` want; a digest stays with the tag. */
export function splitImageName(image: string): { readonly repo: string; readonly tag: string } {
  const match = /^(.*?)(?::([^/:@]*))?$/.exec(image);
  return { repo: match?.[1] ?? image, tag: match?.[2] ?? "latest" };
}
