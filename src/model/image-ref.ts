/**
 * A container image as the user wrote it, taken apart.
 *
 * `text` is the whole reference; `name` is it without tag and digest (registry and port kept).
 */
export interface ImageRef {
  readonly text: string;
  readonly name: string;
  /** Registry host with its port, when the first path component is one. */
  readonly registry?: string;
  readonly tag?: string;
  /** `sha256:<64 hex>` as written; {@link hasValidDigest} says whether an engine can pull it. */
  readonly digest?: string;
}

const DOMAIN_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = `(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const PATH_COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const NAME = `(?:(${DOMAIN})/)?(${PATH_COMPONENT}(?:/${PATH_COMPONENT})*)`;
const TAG = "[\\w][\\w.-]{0,127}";
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const REFERENCE = new RegExp(`^(${NAME})(?::(${TAG}))?(?:@(${DIGEST}))?$`);

/**
 * Reads a reference by the OCI grammar `[domain[:port]/]path[:tag][@algo:hex]`.
 *
 * @returns `undefined` when the text is no image reference: empty, upper-case path, `${X}` left open, a scheme.
 * @source GS-201
 */
export function parseImageRef(text: string): ImageRef | undefined {
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  const [, name = "", domain, , tag, digest] = match;
  return {
    text,
    name,
    ...(domain === undefined || !isRegistry(domain) ? {} : { registry: domain }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The text an engine is asked for: as written, with `:latest` when neither tag nor digest is given (GS-205). */
export function toPullReference(image: ImageRef): string {
  return image.tag === undefined && image.digest === undefined ? `${image.name}:latest` : image.text;
}

/** Only `sha256` with exactly 64 digits can be pulled; GitLab Runner silently pulls `:latest` for others (GS-206), we refuse. */
export function hasValidDigest(image: ImageRef): boolean {
  return image.digest === undefined || /^sha256:[0-9a-f]{64}$/.test(image.digest);
}

/** The last part of the path without tag: `docker.io/library/postgres:16` is `postgres`. */
export function imageBaseName(image: ImageRef): string {
  return image.name.slice(image.name.lastIndexOf("/") + 1);
}

/** A first component is a registry only with a dot, a port, or as `localhost`; else it is a namespace on the default registry. */
function isRegistry(domain: string): boolean {
  return domain === "localhost" || /[.:]/.test(domain) || domain !== domain.toLowerCase();
}
