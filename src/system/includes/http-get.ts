import { type LookupAddress, lookup } from "node:dns";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPrivateAddress } from "./private-addresses.ts";

export interface HttpGetOptions {
  /** For the whole answer, all redirects included. */
  readonly timeoutMs: number;
  /** Ends it as well. */
  readonly deadline?: AbortSignal | undefined;
  readonly maxBytes: number;
  /** Hosts (`host` or `host:port`) on a private network that may be asked all the same. */
  readonly mayBePrivate: (host: string) => boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The address leads to a network that the file's author has no business in. */
export class RefusedAddressError extends Error {}

/** Nobody would read so much, or follow so many redirects. */
export class UselessAnswerError extends Error {}

/**
 * Gets one address. Every host is judged by the addresses it really is connected to, after each redirect again.
 *
 * @throws RefusedAddressError, UselessAnswerError, the system's error, or the time-out's `TimeoutError`.
 */
export async function httpGet(address: URL, options: HttpGetOptions): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.deadline === undefined ? timeout : AbortSignal.any([timeout, options.deadline]);
  let url = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const message = await open(url, options, signal);
    const status = message.statusCode ?? 0;
    const location = message.headers.location;
    if (!REDIRECTS.has(status) || location === undefined) {
      return { status, headers: message.headers, body: await readBody(message, options.maxBytes, signal) };
    }
    message.destroy();
    url = followed(url, location);
  }
  throw new UselessAnswerError(`more than ${MAX_REDIRECTS} redirects`);
}

function followed(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new UselessAnswerError("a redirect to an address that is none");
  const url = new URL(location, from);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new RefusedAddressError(`it redirects to ${url.protocol}`);
  }
  if (from.protocol === "https:" && url.protocol === "http:") {
    throw new RefusedAddressError("it redirects from https to http");
  }
  return url;
}

function open(url: URL, options: HttpGetOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const isAllowed = options.mayBePrivate(url.host);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is never looked up.
  if (!isAllowed && isIP(host) !== 0) refusePrivate(host, host);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = send(url, {
      signal,
      agent: false,
      headers: { accept: "*/*", "user-agent": "outrigger", ...options.headers },
      ...(isAllowed ? {} : { lookup: publicLookup }),
    });
    sent.once("response", resolve).once("error", (error) => reject(signal.aborted ? signal.reason : error));
    sent.end();
  });
}

/** Gives no address that may not be asked: what is connected to is what was judged. */
const publicLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) {
      callback(error ?? new Error(`${host} has no address`), "", 0);
      return;
    }
    const refused = addresses.find(({ address }) => isPrivateAddress(address));
    if (refused !== undefined) callback(refusalOf(host, refused.address), "", 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function refusePrivate(host: string, address: string): void {
  if (isPrivateAddress(address)) throw refusalOf(host, address);
}

function refusalOf(host: string, address: string): RefusedAddressError {
  const what = host === address ? address : `${host} is ${address}, which`;
  return new RefusedAddressError(`${what} is on a private network`);
}

async function readBody(message: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      size += bytes.length;
      if (size > maxBytes) throw new UselessAnswerError(`more than ${maxBytes} bytes`);
      chunks.push(bytes);
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
  return Buffer.concat(chunks);
}
