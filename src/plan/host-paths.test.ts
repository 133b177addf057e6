import { describe, expect, test } from "vitest";
import { holdsEngineSocket, toComparablePath } from "./host-paths.ts";

const links: Readonly<Record<string, string>> = { "/var/run": "/run", "/home/me/sock": "/run/docker.sock" };
const resolveLinks = (path: string): string => {
  const link = Object.keys(links).find((from) => path === from || path.startsWith(`${from}/`));
  return link === undefined ? path : `${links[link] ?? ""}${path.slice(link.length)}`;
};

describe("paths of the host in the form they are compared in", () => {
  test.each([
    ["/a/../b//c/", "/b/c"],
    ["/", "/"],
    ["//", "/"],
    ["/a/./b", "/a/b"],
    ["/var/run/x", "/run/x"],
  ])("%s", (path, comparable) => {
    expect(toComparablePath(path, resolveLinks)).toBe(comparable);
  });
});

describe("what hands over the engine", () => {
  test.each([
    ["/var/run/docker.sock", true],
    ["/run/docker.sock", true],
    ["/var/run/../run/docker.sock", true],
    ["/srv//..//var/run/docker.sock/", true],
    ["/home/me/sock", true],
    ["/var/run", true],
    ["/run/", true],
    ["/", true],
    ["/run/user/1000/podman/podman.sock", true],
    ["/var/run/dind", false],
    ["/lib/modules", false],
    ["/some/path/on/host", false],
  ])("%s: %s", (path, holds) => {
    expect(holdsEngineSocket(path, resolveLinks)).toBe(holds);
  });
});
