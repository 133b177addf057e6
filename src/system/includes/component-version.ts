import type { GitRefs } from "./git-source.ts";

export interface ComponentVersion {
  readonly version: string;
  readonly sha: string;
}

interface Release {
  readonly parts: readonly number[];
  readonly version: string;
  readonly sha: string;
}

/**
 * The commit that a component's version stands for: a full SHA, a tag, a branch, `~latest`, or the beginning of a
 * version (`1`, `1.2`): the highest release of it.
 *
 * @source GY-54
 */
export function findVersion(asked: string, refs: GitRefs): ComponentVersion | undefined {
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(asked)) return { version: asked, sha: asked };
  const named = refs.get(`refs/tags/${asked}`) ?? refs.get(`refs/heads/${asked}`);
  if (named !== undefined) return { version: asked, sha: named };
  const prefix = asked === "~latest" ? [] : /^\d+(?:\.\d+)?$/.test(asked) ? asked.split(".").map(Number) : undefined;
  if (prefix === undefined) return undefined;
  const fitting = releasesOf(refs).filter(({ parts }) => prefix.every((part, index) => parts[index] === part));
  return fitting.reduce<Release | undefined>(
    (best, one) => (best === undefined || isHigher(one, best) ? one : best),
    undefined,
  );
}

/** Tags that are versions; what stands before a release (`1.0.0-rc1`) is none. */
function releasesOf(refs: GitRefs): readonly Release[] {
  return [...refs].flatMap(([name, sha]) => {
    const match = /^refs\/tags\/(v?(\d+)\.(\d+)\.(\d+)(?:\+\S*)?)$/.exec(name);
    if (match === null) return [];
    return [{ version: match[1] ?? "", sha, parts: [Number(match[2]), Number(match[3]), Number(match[4])] }];
  });
}

function isHigher(a: Release, b: Release): boolean {
  const at = a.parts.findIndex((part, index) => part !== b.parts[index]);
  return at !== -1 && (a.parts[at] ?? 0) > (b.parts[at] ?? 0);
}
