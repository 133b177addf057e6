import { describe, expect, test } from "vitest";
import { type ImageRef, parseImageRef } from "../model/image-ref.ts";
import { judgePull } from "./pull-error.ts";

function image(text: string): ImageRef {
  const ref = parseImageRef(text);
  if (ref === undefined) throw new Error(`no image: ${text}`);
  return ref;
}

describe("why a pull failed (GS-617, GS-618)", () => {
  test.each([
    ["manifest for redis:nope not found: manifest unknown: manifest unknown", "image_not_found", false],
    [
      "pull access denied for no/such, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      "image_not_found",
      false,
    ],
    ['Head "https://reg.example/v2/app/manifests/1": unauthorized: authentication required', "image_denied", false],
    ['Get "http://127.0.0.1:5000/v2/app/manifests/1": no basic auth credentials', "image_denied", false],
    ["toomanyrequests: You have reached your pull rate limit.", "image_rate_limited", false],
    [
      'Get "https://reg.invalid/v2/": dial tcp: lookup reg.invalid on 10.0.0.1:53: no such host',
      "image_registry_unreachable",
      false,
    ],
    [
      'Get "https://reg/v2/": dial tcp: lookup reg: Temporary failure in name resolution',
      "image_registry_unreachable",
      false,
    ],
    ['Get "https://reg/v2/": dial tcp 10.0.0.1:443: connect: connection refused', "image_registry_unreachable", true],
    ['Get "https://reg/v2/": net/http: TLS handshake timeout', "image_registry_unreachable", true],
    ["received unexpected HTTP status: 503 Service Unavailable", "image_registry_unreachable", true],
    ["unexpected EOF", "image_registry_unreachable", true],
    ['Get "https://reg/v2/": x509: certificate signed by unknown authority', "image_registry_unreachable", false],
    ["no matching manifest for linux/s390x in the manifest list entries", "image_not_found", false],
    ["invalid reference format", "image_invalid", false],
    ["write /var/lib/docker/tmp/x: no space left on device", "disk_full", false],
    ["the moon is full", "image_pull_failed", false],
  ])("%s", (detail, code, isTransient) => {
    const verdict = judgePull(image("reg.example/app:1"), detail);
    expect({ code: verdict.error.code, isTransient: verdict.isTransient }).toEqual({ code, isTransient });
  });

  test("the end of a pull limit is told when the registry says it", () => {
    const { error } = judgePull(
      image("ghcr.example/a/b"),
      "toomanyrequests: retry-after: 21m13s, allowed: 44000/minute",
    );
    expect(error.message).toContain("until: 21m13s");
  });

  test("the next step names the registry to log in to", () => {
    expect(judgePull(image("reg.example:5000/a/b"), "unauthorized").error.hint).toBe("docker login reg.example:5000");
    expect(judgePull(image("me/app"), "unauthorized").error.hint).toBe("docker login");
  });
});
