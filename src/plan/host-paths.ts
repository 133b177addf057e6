import { posix } from "node:path";

/** Sockets of engines, and what symlinks make of them on most systems. */
const ENGINE_SOCKETS: readonly string[] = [
  "/var/run/docker.sock",
  "/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/podman/podman.sock",
  "/var/run/podman/podman.sock",
  "/run/crio/crio.sock",
];

/**
 * A path of the host in the one form in which it may be compared: absolute, no `..`, no `//`, no slash at the end, symlinks
 * resolved by whoever can see the host.
 */
export function toComparablePath(path: string, resolveHostPath: ((path: string) => string) | undefined): string {
  const plain = withoutEndingSlash(posix.normalize(path));
  return withoutEndingSlash(posix.normalize(resolveHostPath?.(plain) ?? plain));
}

/** Whether mounting the path hands over an engine: its socket, or a folder that holds it. */
export function holdsEngineSocket(path: string, resolveHostPath: ((path: string) => string) | undefined): boolean {
  const forms = new Set([toComparablePath(path, undefined), toComparablePath(path, resolveHostPath)]);
  const sockets = new Set(ENGINE_SOCKETS.flatMap((socket) => [socket, toComparablePath(socket, resolveHostPath)]));
  return [...forms].some(
    (form) =>
      /(?:^|\/)(?:docker|podman|containerd|crio)\.sock$/.test(form) ||
      [...sockets].some((socket) => socket === form || socket.startsWith(form === "/" ? "/" : `${form}/`)),
  );
}

/** Whether a path is one of those given, or lies below one. */
export function liesBelow(
  path: string,
  folders: readonly string[],
  resolveHostPath: ((path: string) => string) | undefined,
): boolean {
  const form = toComparablePath(path, resolveHostPath);
  return folders.some((folder) => {
    const base = toComparablePath(folder, resolveHostPath);
    return form === base || form.startsWith(base === "/" ? "/" : `${base}/`);
  });
}

function withoutEndingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}
