import { type ImageRef, toPullReference } from "../../../model/image-ref.ts";
import type { FetchedImage, ImageHealthCheck } from "../../engine.ts";
import type { ImageHealthTest, ImageInfo } from "../api/images.ts";

/** Docker's own limit for a health check that names none. */
const DEFAULT_HEALTH_TIMEOUT_MS = 30_000;

export function toFetchedImage(
  ref: ImageRef,
  info: ImageInfo,
  origin: { readonly how: "local" | "pulled"; readonly pulledBytes: number },
): FetchedImage {
  const digest = findDigest(ref, info.repoDigests);
  const healthCheck = info.healthCheck === undefined ? undefined : toHealthCheck(info.healthCheck);
  return {
    reference: toPullReference(ref),
    id: info.id,
    ...(digest === undefined ? {} : { digest }),
    ...(info.createdAt === undefined ? {} : { createdAt: info.createdAt }),
    ...origin,
    exposedTcpPorts: info.exposedTcpPorts,
    env: info.env,
    labels: info.labels,
    entrypoint: info.entrypoint,
    command: info.command,
    ...(healthCheck === undefined ? {} : { healthCheck }),
  };
}

/** Of the registry the reference names, when the image came from several. */
function findDigest(ref: ImageRef, repoDigests: readonly string[]): string | undefined {
  const own = repoDigests.find((digest) => digest.startsWith(`${ref.name}@`)) ?? repoDigests[0];
  return own?.slice(own.indexOf("@") + 1);
}

function toHealthCheck({ test, timeoutMs, shell }: ImageHealthTest): ImageHealthCheck | undefined {
  const [kind, ...argv] = test;
  const words = kind === "CMD-SHELL" ? [...(shell.length === 0 ? ["/bin/sh", "-c"] : shell), ...argv] : argv;
  if (kind === "NONE" || words.length === 0) return undefined;
  return { argv: words, timeoutMs: timeoutMs === 0 ? DEFAULT_HEALTH_TIMEOUT_MS : timeoutMs };
}
