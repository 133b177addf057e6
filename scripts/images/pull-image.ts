import { createInterface } from "node:readline";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { sendToEngine, splitImageName } from "../engine/engine-client.ts";

export type PullResult =
  | { readonly kind: "pulled" }
  /** No answer from the registry at all: asking it for another image is useless. */
  | { readonly kind: "unreachable"; readonly detail: string }
  /** The registry answered and does not give the image. */
  | { readonly kind: "refused"; readonly detail: string };

const unreachable =
  /no such host|server misbehaving|dial tcp|connection refused|connection reset|i\/o timeout|deadline exceeded|network is unreachable|no route|proxyconnect|TLS handshake|x509|\bEOF\b|Client\.Timeout/i;

/** The registry has this long to say its first word; a pull that runs may take as long as it needs. */
const firstWordMs = 10_000;

export async function pullImage(endpoint: EngineEndpoint, image: string): Promise<PullResult> {
  const { repo, tag } = splitImageName(image);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), firstWordMs);
  try {
    const query = { fromImage: repo, tag };
    const answer = await sendToEngine(endpoint, "POST", "/images/create", { query, signal: controller.signal });
    let failure: string | undefined;
    for await (const line of createInterface({ input: answer })) {
      clearTimeout(timer);
      failure = failureIn(line, answer.statusCode === 200) ?? failure;
    }
    return failure === undefined ? { kind: "pulled" } : classify(failure);
  } catch (error) {
    if (controller.signal.aborted) return { kind: "unreachable", detail: `no answer within ${firstWordMs / 1000} s` };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A stream that began well may still end with an `error` line. */
function failureIn(line: string, wasAccepted: boolean): string | undefined {
  const message: unknown = line.startsWith("{") ? JSON.parse(line) : {};
  const words = typeof message === "object" && message !== null ? Object.entries(message) : [];
  const error = words.find(([name]) => name === "error" || (!wasAccepted && name === "message"));
  return error === undefined ? undefined : String(error[1]);
}

function classify(detail: string): PullResult {
  return { kind: unreachable.test(detail) ? "unreachable" : "refused", detail };
}
