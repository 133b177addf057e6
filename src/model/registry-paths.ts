import type { RegistryAuth } from "./container.ts";
import type { ImageRef } from "./image-ref.ts";
import { repositoryOf } from "./normal-image.ts";

/**
 * An image's path and every shorter one down to its registry.
 *
 * @source GS-632
 */
export function registryPaths(image: ImageRef): readonly string[] {
  const parts = repositoryOf(image).split("/");
  return parts.map((_, cut) => parts.slice(0, parts.length - cut).join("/"));
}

/**
 * What is written down for an image in a list by registry, or by a path below one: the longest that has an entry wins.
 *
 * @source GS-631, GS-632
 */
export function findByRegistry<T>(entries: ReadonlyMap<string, T>, image: ImageRef): T | undefined {
  const normal = new Map([...entries].map(([key, value]) => [normalise(key), value]));
  const path = registryPaths(image).find((candidate) => normal.has(candidate));
  return path === undefined ? undefined : normal.get(path);
}

/** An address with a scheme is its host alone; Docker Hub has several names. */
function normalise(key: string): string {
  const withScheme = /^[a-z]+:\/\/([^/]+)/i.exec(key);
  const [host = "", ...rest] = (withScheme?.[1] ?? key).split("/");
  const name = host.toLowerCase() === "index.docker.io" ? "docker.io" : host.toLowerCase();
  return [name, ...rest.filter(Boolean)].join("/");
}

/** The two parts of `auth`, as Docker's configuration writes it. Both are empty for a text that is none. */
export function decodeAuth(encoded: string): { readonly username: string; readonly password: string } {
  const [username = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { username, password: password.join(":") };
}

/** Whose login it is: another one may give another image under the same name. Empty for none. */
export function loginOf(auth: RegistryAuth | undefined): string {
  if (auth === undefined) return "";
  return "identitytoken" in auth ? auth.identitytoken : auth.username;
}
