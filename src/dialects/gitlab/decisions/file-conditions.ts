// `changes` and `exists`: conditions on the files of the work tree.

import { compileGlob } from "../../../text/glob.ts";
import { spanOf, type YamlNode } from "../../../yaml/yaml-node.ts";
import type { DialectContext } from "../../dialect.ts";
import type { ChangeBase, ChangedFiles, FileAnswer, FileBase, FileRequest } from "../../files.ts";
import { changeBaseOf, mergeBaseWith } from "../change-base.ts";
import { expandOrDrop, expandOrKeep } from "../expand-server.ts";
import { serverOf } from "../project-facts.ts";
import type { Report } from "../report.ts";
import type { ChangesDeclaration, ExistsDeclaration } from "../rule-declarations.ts";
import type { RuleScope } from "./rule-scope.ts";

export interface FileVerdict {
  readonly holds: boolean;
  /** What the answer comes from, in one clause. */
  readonly why: string;
}

interface Changes {
  readonly names: readonly string[];
  /** `since origin/main (1a2b3c4d)`. */
  readonly since: string;
}

/** More comparisons than this are not made: the condition holds. @source GY-163 */
const MAX_COMPARISONS = 50_000;

const WORK_TREE: FileBase = { kind: "work-tree" };

/** Answers conditions on files for all jobs of one pipeline; the same question is worked out once. */
export class FileConditions {
  readonly #context: DialectContext;
  readonly #report: Report;
  readonly #verdicts = new Map<string, FileVerdict>();
  #isBaseTold = false;
  #isWaiting = false;

  constructor(context: DialectContext, report: Report) {
    this.#context = context;
    this.#report = report;
  }

  /** @param path of the keyword: `jobs:test:rules`. @source GY-159 to GY-163 */
  changes(
    declared: Pick<ChangesDeclaration, "paths" | "compareTo" | "at">,
    path: string,
    scope: RuleScope,
  ): FileVerdict {
    const { compareTo, at } = declared;
    const ref = compareTo && expandOrDrop(compareTo.text, scope.valueOf);
    const changes = this.#findChanges(ref, at, path);
    if (typeof changes === "string") return { holds: true, why: changes };
    const patterns = expandPatterns(declared.paths, scope);
    return this.#once(["changes", ref ?? "", ...patterns], () => judgeChanges(patterns, changes));
  }

  /** @param base where the file that asks stands. @source GY-165, GY-166, GY-167 */
  exists(declared: ExistsDeclaration, path: string, scope: RuleScope, base: FileBase = WORK_TREE): FileVerdict {
    const patterns = expandPatterns(declared.paths, scope);
    const { project, ref } = declared;
    if (project === undefined) return judgeNames(this.#ask({ kind: "exists", base, patterns }));
    const known = (text: string): string => expandOrKeep(text, scope.valueOf);
    const request = {
      kind: "exists-elsewhere",
      server: serverOf(this.#context.facts),
      project: known(project.text),
      ref: ref && known(ref.text),
      patterns,
    } as const;
    const answer = this.#ask(request);
    return answer?.kind === "failed" ? this.#failElsewhere(request, answer, declared, path) : judgeNames(answer);
  }

  /** Something was asked for that is not at hand yet. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  #ask(request: FileRequest): FileAnswer | undefined {
    const { files } = this.#context;
    const answer = files?.find(request);
    if (files !== undefined && answer === undefined) this.#isWaiting = true;
    return answer;
  }

  /** @source GY-166 */
  #failElsewhere(
    { project, ref }: Extract<FileRequest, { kind: "exists-elsewhere" }>,
    { failure }: Extract<FileAnswer, { kind: "failed" }>,
    declared: ExistsDeclaration,
    path: string,
  ): FileVerdict {
    const at = spanOf((failure.reason === "no-ref" ? declared.ref?.at : declared.project?.at) ?? declared.at);
    const rest = { at, path, ...(failure.hint === undefined ? {} : { hint: failure.hint }) };
    if (failure.reason === "offline") {
      const message = `not fetched (offline): the files of project \`${project}\``;
      this.#report.add({ severity: "note", code: "include-not-read", message, ...rest });
      return { holds: true, why: `the files of ${project} are not known offline` };
    }
    const what =
      failure.reason === "no-ref"
        ? `rules:exists:ref \`${ref ?? "HEAD"}\` is not a valid ref in project \`${project}\``
        : `rules:exists:project \`${project}\` is not a valid project path`;
    const message = failure.detail === undefined ? what : `${what} (${failure.detail})`;
    this.#report.add({ severity: "error", code: "invalid-exists", message, ...rest });
    return { holds: false, why: `the files of ${project} are not known` };
  }

  #once(key: readonly string[], judge: () => FileVerdict): FileVerdict {
    const text = key.join("\0");
    const known = this.#verdicts.get(text) ?? judge();
    this.#verdicts.set(text, known);
    return known;
  }

  /** @returns why no difference is known, as a text. */
  #findChanges(compareTo: string | undefined, at: YamlNode, path: string): Changes | string {
    const given = this.#context.trigger?.changes;
    if (given?.kind === "all") return "--changes-all says so";
    if (given?.kind === "files") return { names: given.names, since: "as --changed says" };
    const base = this.#baseOf(compareTo);
    if (base === undefined) return "no earlier state is known to compare with";
    const answer = this.#ask({ kind: "changes", since: base });
    if (answer?.kind === "changes") {
      const since = `since ${nameOfBase(answer.changed)}`;
      if (compareTo === undefined) this.#tellBase(since, at, path);
      return { names: answer.changed.names, since };
    }
    const isMissing = answer?.kind === "failed" && answer.failure.reason === "no-ref";
    if (isMissing && compareTo !== undefined) this.#refuseRef(compareTo, at, path);
    return "there is nothing to compare with";
  }

  #baseOf(compareTo: string | undefined): ChangeBase | undefined {
    if (compareTo !== undefined) return mergeBaseWith(compareTo);
    const given = this.#context.trigger?.changes;
    return given?.kind === "since" ? { kind: "merge-base", refs: [given.ref] } : changeBaseOf(this.#context);
  }

  /** @source GY-164 */
  #tellBase(since: string, at: YamlNode, path: string): void {
    if (this.#isBaseTold) return;
    this.#isBaseTold = true;
    this.#report.add({
      severity: "note",
      code: "changes-base",
      message: `changed files are those that differ ${since}, what is not committed included`,
      at: spanOf(at),
      path,
      hint: "--changed FILE... or --changed-since REF chooses others",
    });
  }

  #refuseRef(ref: string, at: YamlNode, path: string): void {
    const hint = `git knows no "${ref}" here: fetch it, or say --changed-since REF`;
    const text = "rules:changes:compare_to is not a valid ref";
    this.#report.whole("error", { code: "invalid-compare-to", path, text, at, hint });
  }
}

function judgeNames(answer: FileAnswer | undefined): FileVerdict {
  if (answer?.kind === "too-many") return { holds: true, why: "there are too many files to compare" };
  const [first] = answer?.kind === "names" ? answer.names : [];
  return first === undefined ? { holds: false, why: "no file fits" } : { holds: true, why: `there is ${first}` };
}

function judgeChanges(patterns: readonly string[], { names, since }: Changes): FileVerdict {
  if (names.length === 0) return { holds: false, why: `no file has changed ${since}` };
  if (patterns.length * names.length > MAX_COMPARISONS) return { holds: true, why: `too many files changed ${since}` };
  const fits = patterns.map((pattern) => compileGlob(pattern, "fnmatch"));
  const found = names.find((name) => fits.some((fit) => fit(name)));
  if (found !== undefined) return { holds: true, why: `${found} has changed ${since}` };
  return {
    holds: false,
    why: `none of ${names.length} changed ${names.length === 1 ? "file" : "files"} fits ${since}`,
  };
}

function expandPatterns(patterns: readonly string[], scope: RuleScope): readonly string[] {
  return [...new Set(patterns.map((pattern) => expandOrKeep(pattern, scope.valueOf)))];
}

function nameOfBase({ ref, baseSha }: ChangedFiles): string {
  const sha = baseSha.slice(0, 8);
  return ref === undefined ? `the commit before (${sha})` : `${ref.replace(/^refs\/(?:remotes|heads)\//, "")} (${sha})`;
}
