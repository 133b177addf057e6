import { type ImageRef, parseImageRef } from "./image-ref.ts";

/** A reference as registries see it, whatever short form the user wrote. */
export interface NormalImage {
  readonly registry: string;
  /** `library/postgres`. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const HUB = "docker.io";
/** Other names of the same registry. */
const HUB_ALIASES: ReadonlySet<string> = new Set(["index.docker.io", "registry-1.docker.io"]);

/**
 * `postgres`, `library/postgres` and `index.docker.io/library/postgres` are one repository. Whitelists and logins are
 * matched on this form, never on text. The tag stays absent when none was written.
 *
 * @source DR-140, DR-141, DR-145
 */
function toNormalImage(image: ImageRef): NormalImage {
  const written = image.registry?.toLowerCase() ?? HUB;
  const registry = HUB_ALIASES.has(written) ? HUB : written;
  const path = image.registry === undefined ? image.name : image.name.slice(image.registry.length + 1);
  return {
    registry,
    path: registry === HUB && !path.includes("/") ? `library/${path}` : path,
    tag: image.tag,
    digest: image.digest,
  };
}

/** `docker.io/library/postgres`. */
export function repositoryOf(image: ImageRef): string {
  const { registry, path } = toNormalImage(image);
  return `${registry}/${path}`;
}

/**
 * Whether an entry of an image list means an image: by repository, and by tag or digest where the entry names one.
 *
 * @source DR-144, DR-145, DR-199
 */
export function matchesImageEntry(entry: string, image: ImageRef): boolean {
  const listed = parseImageRef(entry);
  if (listed === undefined || repositoryOf(listed) !== repositoryOf(image)) return false;
  if (listed.digest !== undefined) return listed.digest === image.digest;
  return listed.tag === undefined || listed.tag === (image.tag ?? (image.digest === undefined ? "latest" : undefined));
}
