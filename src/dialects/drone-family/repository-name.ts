import type { RepositoryFacts } from "../dialect.ts";

export interface RepositoryName {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
  /** `owner/name`. */
  readonly fullName: string;
  /** For people and variables: `https://host/owner/name`. */
  readonly link: string;
}

const SCP_FORM = /^(?:[^@/\s]+@)?([^:/\s]{2,}):(?!\/\/)(.+)$/;

/** Host and name as far as the remote's address tells; `local/<folder>` on `localhost` without one. */
export function repositoryName(facts: RepositoryFacts, given: string | undefined): RepositoryName {
  const remote = parseRemote(facts.remoteUrl ?? "") ?? { host: "localhost", path: `local/${facts.folderName}` };
  const parts = (given ?? remote.path).split("/").flatMap((part) => toSafePart(part) ?? []);
  const name = parts.at(-1) ?? "project";
  const owner = parts.slice(0, -1).join("/") || "local";
  const fullName = `${owner}/${name}`;
  return { host: remote.host, owner, name, fullName, link: `https://${remote.host}/${fullName}` };
}

function parseRemote(remote: string): { readonly host: string; readonly path: string } | undefined {
  if (/^(?:https?|ssh|git):\/\//.test(remote) && URL.canParse(remote)) {
    const url = new URL(remote);
    return url.hostname === "" ? undefined : { host: url.hostname, path: trimmed(url.pathname) };
  }
  const [, host, path] = SCP_FORM.exec(remote) ?? [];
  return host === undefined || path === undefined ? undefined : { host: host.toLowerCase(), path: trimmed(path) };
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "").replace(/\.git$/, "");
}

/** A path of the workspace is made of it: no blanks, no way up. */
function toSafePart(part: string): string | undefined {
  const safe = part.replaceAll(/[^A-Za-z0-9_.-]+/g, "-").replace(/^\.+$/, "");
  return safe === "" ? undefined : safe;
}
