import { projectFacts } from "../../dialects/gitlab/project-facts.ts";

/**
 * The address of another project on a server: the way this repository's own remote goes, when it is on the same server,
 * so that the same key or password opens it.
 *
 * @param server `https://gitlab.example`.
 */
export function projectAddress(server: string, project: string, remoteUrl: string | undefined): string {
  const path = `${project}.git`;
  const fallback = `${server}/${path}`;
  if (remoteUrl === undefined || !URL.canParse(server)) return fallback;
  const own = projectFacts({ folderName: "", remoteUrl });
  if (own.host !== new URL(server).hostname) return fallback;
  if (/^[a-z]+:\/\//i.test(remoteUrl) && URL.canParse(remoteUrl)) {
    const url = new URL(remoteUrl);
    url.pathname = `/${path}`;
    return url.href;
  }
  const scp = /^([^/]*?):/.exec(remoteUrl);
  return scp === null ? fallback : `${scp[1]}:${path}`;
}
