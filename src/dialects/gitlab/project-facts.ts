// Which project on which server this is, as far as the remote's address tells.

import type { RepositoryFacts } from "../dialect.ts";

export interface ProjectFacts {
  /** `group/project`; `local/<folder>` without a remote. Safe as a path: no empty, `.` or `..` parts. */
  readonly path: string;
  readonly protocol: "http" | "https";
  readonly host: string;
  /** Undefined: the protocol's own. */
  readonly port: number | undefined;
  readonly sshPort: number;
}

const LOCAL = { protocol: "https", host: "gitlab.local", port: undefined, sshPort: 22 } as const;
const SCP_FORM = /^(?:[^@/\s]+@)?(\[[^\]]+\]|[^:/\s]+):(?!\/\/)(.+)$/;

/** @source GY-115 */
export function projectFacts(facts: RepositoryFacts): ProjectFacts {
  return parseRemote(facts.remoteUrl ?? "") ?? { ...LOCAL, path: `local/${safeName(facts.folderName)}` };
}

/** `https://gitlab.example`: where other projects are, as far as the remote tells. */
export function serverOf(facts: RepositoryFacts): string {
  const { protocol, host, port } = projectFacts(facts);
  return `${protocol}://${host}${port === undefined ? "" : `:${port}`}`;
}

function parseRemote(remote: string): ProjectFacts | undefined {
  const url = /^(?:https?|ssh):\/\//.test(remote) && URL.canParse(remote) ? new URL(remote) : undefined;
  if (url !== undefined) return fromUrl(url);
  const scp = SCP_FORM.exec(remote);
  // One letter before the colon is a drive of Windows, not a host.
  if (scp === null || (scp[1] ?? "").length < 2) return undefined;
  const path = projectPath(scp[2] ?? "");
  return path === undefined ? undefined : { ...LOCAL, host: (scp[1] ?? "").toLowerCase(), path };
}

function fromUrl(url: URL): ProjectFacts | undefined {
  const path = projectPath(url.pathname);
  if (path === undefined || url.hostname === "") return undefined;
  const port = url.port === "" ? undefined : Number(url.port);
  if (url.protocol === "ssh:") return { ...LOCAL, host: url.hostname, sshPort: port ?? 22, path };
  return { protocol: url.protocol === "http:" ? "http" : "https", host: url.hostname, port, sshPort: 22, path };
}

function projectPath(path: string): string | undefined {
  const parts = decoded(path)
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.length === 0 ? undefined : parts.map(safeName).join("/");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A folder may be called anything; a GitLab project's path may not, and scripts rely on it. */
function safeName(name: string): string {
  const safe = name
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return safe === "" ? "project" : safe;
}
