import type { ImageRef } from "../model/image-ref.ts";
import {
  EngineFailureError,
  ImageError,
  type ImageFailureReason,
  type OutriggerError,
} from "../model/outrigger-error.ts";

/** Why a pull failed, and whether the same may succeed a moment later. */
export interface PullVerdict {
  readonly error: OutriggerError;
  readonly isTransient: boolean;
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: ImageFailureReason;
  readonly isTransient: boolean;
  readonly say: (image: ImageRef, registry: string, detail: string) => string;
  readonly hint?: (registry: string) => string;
}

const logIn = (registry: string): string => `docker login${registry === HUB ? "" : ` ${registry}`}`;
const HUB = "docker.io";

/**
 * First match wins. Engines hand on what the registry or the network library said, and give no code for it; these are the
 * words of Docker 20.10 to 28, Podman 4 and 5 and the usual registries.
 *
 * @source GS-617, GS-618
 */
const RULES: readonly Rule[] = [
  {
    pattern: /toomanyrequests|too many requests|rate limit/i,
    code: "image_rate_limited",
    isTransient: false,
    say: ({ text }, registry, detail) =>
      `image "${text}": "${registry}" has a pull limit and it is used up${limitEnd(detail)}`,
    hint: (registry) => `log in for a higher limit (${logIn(registry)}), or use a local copy: --pull if-not-present`,
  },
  {
    pattern: /no such host|name resolution|server misbehaving|name or service not known/i,
    code: "image_registry_unreachable",
    isTransient: false,
    say: ({ text }, registry) => `image "${text}": the registry host "${registry}" does not resolve`,
    hint: () => "check the image's name and the network; without one, images must be here already",
  },
  {
    pattern: /x509|certificate|server gave HTTP response to HTTPS client/i,
    code: "image_registry_unreachable",
    isTransient: false,
    say: ({ text }, registry, detail) => `image "${text}": no safe connection to "${registry}": ${detail}`,
    hint: () =>
      "give the engine the registry's certificate, or list the registry as insecure in the engine's configuration",
  },
  {
    pattern: /no matching manifest|does not match the specified platform|no image found in .*for architecture/i,
    code: "image_not_found",
    isTransient: false,
    say: ({ text }) => `image "${text}" has no variant for this platform`,
    hint: () => "choose another tag, or set the platform",
  },
  {
    pattern: /does not exist or may require/i,
    code: "image_not_found",
    isTransient: false,
    say: ({ text }, registry) => `image "${text}" was not found on "${registry}", or needs a login`,
    hint: (registry) => `check the name; when it is private: ${logIn(registry)}`,
  },
  {
    pattern: /unauthorized|authentication required|no basic auth|access forbidden|403 forbidden|denied/i,
    code: "image_denied",
    isTransient: false,
    say: ({ text }, registry) => `image "${text}": "${registry}" wants a login, or the login may not read it`,
    hint: logIn,
  },
  {
    pattern: /manifest unknown|name unknown|not found|manifest for .* unknown/i,
    code: "image_not_found",
    isTransient: false,
    say: ({ text }, registry) => `image "${text}" was not found on "${registry}"`,
    hint: () => "check the name and the tag",
  },
  {
    pattern: /invalid reference format|invalid (repository|tag|checksum)/i,
    code: "image_invalid",
    isTransient: false,
    say: ({ text }) => `image "${text}" is no name that an engine can pull`,
    hint: () => "a name is [registry[:port]/]name[:tag][@sha256:digest], in lower case",
  },
  {
    pattern:
      /dial tcp|connection refused|i\/o timeout|tls handshake|client\.timeout|deadline exceeded|request canceled|connection reset|no route to host|network is unreachable|unexpected EOF|: EOF$|HTTP status: 5\d\d|bad gateway|service unavailable/i,
    code: "image_registry_unreachable",
    isTransient: true,
    say: ({ text }, registry, detail) => `image "${text}": "${registry}" cannot be reached: ${detail}`,
    hint: () => "check the network, or use a local copy: --pull if-not-present",
  },
];

/** Pure: the engine's words to our error. */
export function judgePull(image: ImageRef, detail: string, cause?: unknown): PullVerdict {
  if (/no space left on device/i.test(detail)) {
    const hint = "make room on the engine's disk (docker system df shows what takes it)";
    const message = `image "${image.text}": the engine's disk is full`;
    return { error: new EngineFailureError("disk_full", message, { hint, cause }), isTransient: false };
  }
  const registry = image.registry ?? HUB;
  const rule = RULES.find(({ pattern }) => pattern.test(detail));
  const message = rule?.say(image, registry, detail) ?? `image "${image.text}" could not be pulled: ${detail}`;
  const unknown = `check the name, and that the engine reaches "${registry}"`;
  const hint = rule === undefined ? unknown : rule.hint?.(registry);
  const error = new ImageError(rule?.code ?? "image_pull_failed", image.text, message, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
  return { error, isTransient: rule?.isTransient ?? false };
}

/** Some registries say when: `retry-after: 21m13s`, `resets at 2030-01-01T10:00:00Z`. */
function limitEnd(detail: string): string {
  const when = /(?:retry-after|try again in|resets?(?: at| in)?)\W*\s*([\d][\w:.+-]*)/i.exec(detail)?.[1];
  return when === undefined ? "" : `, until: ${when.replace(/[.,]$/, "")}`;
}
