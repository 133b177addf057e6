import { describe, expect, test } from "vitest";
import { type ImageRef, parseImageRef } from "./image-ref.ts";
import { matchesImageEntry, repositoryOf } from "./normal-image.ts";

function image(text: string): ImageRef {
  const ref = parseImageRef(text);
  if (ref === undefined) throw new Error(`no image: ${text}`);
  return ref;
}

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("the repository of a reference (DR-140, DR-141)", () => {
  test.each([
    ["postgres", "docker.io/library/postgres"],
    ["postgres:9.2", "docker.io/library/postgres"],
    ["library/postgres:9.2", "docker.io/library/postgres"],
    ["index.docker.io/library/postgres:9.2", "docker.io/library/postgres"],
    ["registry-1.docker.io/library/postgres", "docker.io/library/postgres"],
    ["docker.io/postgres", "docker.io/library/postgres"],
    ["plugins/docker", "docker.io/plugins/docker"],
    ["localhost:5000/db", "localhost:5000/db"],
    ["localhost/db", "localhost/db"],
    ["gcr.io/a/b@" + DIGEST, "gcr.io/a/b"],
  ])("%s", (text, repository) => {
    expect(repositoryOf(image(text))).toBe(repository);
  });
});

describe("an entry of a list of images (DR-144, DR-145, DR-199)", () => {
  test.each([
    ["plugins/docker", "docker.io/plugins/docker:18", true],
    ["plugins/docker", "index.docker.io/plugins/docker", true],
    ["plugins/docker", "evil.example/plugins/docker", false],
    ["plugins/docker", "plugins/docker-extra", false],
    ["docker:dind", "docker", false],
    ["docker:dind", "library/docker:dind", true],
    ["docker:latest", "docker", true],
    [`docker@${DIGEST}`, `docker@${DIGEST}`, true],
    [`docker@${DIGEST}`, "docker", false],
    ["Not An Image", "docker", false],
  ])("%s means %s: %s", (entry, text, matches) => {
    expect(matchesImageEntry(entry, image(text))).toBe(matches);
  });
});
