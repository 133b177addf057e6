import { basename } from "node:path/posix";
import type { DialectId } from "../model/pipeline.ts";
import { assertNever } from "../text/assert-never.ts";
import type { Dialect, DialectChoice, PipelineSource } from "./dialect.ts";

export const DIALECTS: readonly DialectId[] = [
  "gitlab",
  "drone-0.3",
  "drone-0.4",
  "drone-0.5",
  "drone-0.8",
  "drone-1",
  "woodpecker",
];

/**
 * Says which dialect a file is written in: by the person's word, by its name, and then by what it holds.
 *
 * @source DR-18 to DR-25
 */
export async function chooseDialect(source: PipelineSource, asked?: DialectId): Promise<DialectChoice> {
  if (asked !== undefined) return { id: asked, why: "chosen with --dialect" };
  const path = source.file.replaceAll("\\", "/");
  const name = basename(path);
  if (/\.gitlab-ci\.ya?ml$/.test(name)) return { id: "gitlab", why: `its name is "${name}"` };
  if (/^\.woodpecker\.ya?ml$/.test(name)) return { id: "woodpecker", why: `its name is "${name}"` };
  if (/(?:^|\/)\.woodpecker\/[^/]+\.ya?ml$/.test(path)) {
    return { id: "woodpecker", why: 'it lies in the folder ".woodpecker"' };
  }
  const { chooseByContent, looksLikeGitlab } = await import("./detect-content.ts");
  const isDrone = /(?:^|\.)drone\.ya?ml$/.test(name);
  if (!isDrone && looksLikeGitlab(source)) return { id: "gitlab", why: "it holds jobs with a script" };
  const choice = chooseByContent(source);
  if (choice !== undefined) return choice;
  if (isDrone) return { id: "drone-0.8", why: `its name is "${name}"` };
  return { id: "gitlab", why: "nothing in it says otherwise" };
}

/** The reader of a dialect. Only the one asked for is loaded. */
export async function loadDialect(id: DialectId): Promise<Dialect> {
  switch (id) {
    case "gitlab":
      return (await import("./gitlab/gitlab-dialect.ts")).gitlabDialect;
    case "drone-0.3":
      return (await import("./drone/v0-3.ts")).drone03;
    case "drone-0.4":
      return (await import("./drone/v0-4.ts")).drone04;
    case "drone-0.5":
      return (await import("./drone/v0-5.ts")).drone05;
    case "drone-0.8":
      return (await import("./drone/v0-8.ts")).drone08;
    case "drone-1":
      return (await import("./drone/v1.ts")).drone1;
    case "woodpecker":
      return (await import("./woodpecker/woodpecker-dialect.ts")).woodpecker;
    default:
      return assertNever(id);
  }
}
