import { basename } from "node:path/posix";
import type { DialectId } from "../model/pipeline.ts";
import type { Dialect, PipelineSource } from "./dialect.ts";

export interface DialectChoice {
  readonly id: DialectId;
  /** One clause for people: `its name is ".gitlab-ci.yml"`. */
  readonly why: string;
}

/** Says which dialect a file is written in, by its name and then by what it holds. */
export function chooseDialect(source: PipelineSource): DialectChoice {
  const name = basename(source.file.replaceAll("\\", "/"));
  if (/\.gitlab-ci\.ya?ml$/.test(name)) return { id: "gitlab", why: `its name is "${name}"` };
  return { id: "gitlab", why: "nothing in it says otherwise" };
}

/** The dialect that reads a file. Only the chosen one is loaded. */
export async function detectDialect(source: PipelineSource): Promise<Dialect> {
  return loadDialect(chooseDialect(source).id);
}

async function loadDialect(id: DialectId): Promise<Dialect> {
  switch (id) {
    case "gitlab":
      return (await import("./gitlab/gitlab-dialect.ts")).gitlabDialect;
    default:
      throw new Error(`no reader for the dialect "${id}"`);
  }
}
