import type { ImageRef } from "../../model/image-ref.ts";

/**
 * Host names that GitLab derives from a service's image.
 *
 * The registry host stays, its port goes: `reg.example:5000/my/pg` becomes `reg.example__my__pg`, then
 * `reg.example-my-pg`. Nothing is added for Docker Hub: `library/redis` is not `redis`.
 *
 * @returns one name, or two when the path holds a `/`; primary first.
 * @source GS-202, GS-203, GS-204
 */
export function defaultServiceNames(image: ImageRef): readonly string[] {
  const withoutPort = image.name.replace(/:\d+(?=\/|$)/, "");
  const primary = withoutPort.replaceAll("/", "__");
  const secondary = withoutPort.replaceAll("/", "-");
  return primary === secondary ? [primary] : [primary, secondary];
}

/** Commas and white space part the names; anything else belongs to them. Order and repetitions are kept. @source GS-105 */
export function splitAliases(alias: string): readonly string[] {
  return alias.split(/[,\s\u0085]+/u).filter((name) => name !== "");
}
