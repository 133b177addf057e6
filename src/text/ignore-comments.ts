// `# outrigger: ignore CODE` silences a warning or note on its line, or on the next line that is no comment.

import type { Diagnostic } from "./diagnostic.ts";
import { DIAGNOSTIC_CODES, type DiagnosticCode, isDiagnosticCode } from "./diagnostic-codes.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { SourceSpan } from "./source.ts";
import { toSourceText } from "./source-text.ts";

export interface IgnoreComment {
  readonly code: DiagnosticCode;
  /** Where the code stands in its file. */
  readonly at: SourceSpan;
  /** The line that it speaks of; undefined: the whole file. */
  readonly line: number | undefined;
}

export interface IgnoreComments {
  readonly comments: readonly IgnoreComment[];
  /** Comments that name no code, or one that does not exist. */
  readonly diagnostics: readonly Diagnostic[];
}

const COMMENT = /(?<![^\s])#[ \t]*outrigger:[ \t]*(ignore(?:-file)?)(?![\w-])([^\n#]*)/g;
const NOTHING: IgnoreComments = { comments: [], diagnostics: [] };

/** @param content of the file as it was read. Linear; a file without such a comment costs one search. */
export function readIgnoreComments(file: string, content: string): IgnoreComments {
  if (!content.includes("outrigger:")) return NOTHING;
  const lines = toSourceText(file, content).text.split("\n");
  const comments: IgnoreComment[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, text] of lines.entries()) {
    for (const match of text.matchAll(COMMENT)) {
      const [whole, verb, rest = ""] = match;
      const restStart = match.index + whole.length - rest.length;
      const line = verb === "ignore-file" ? undefined : lineSpokenOf(lines, index);
      const words = wordsOf(rest);
      if (words.length === 0) diagnostics.push(unknownCode("", { file, line: index + 1, column: match.index + 1 }));
      for (const { word, start } of words) {
        const at = { file, line: index + 1, column: restStart + start + 1 };
        if (isDiagnosticCode(word)) comments.push({ code: word, at, line });
        else diagnostics.push(unknownCode(word, at));
      }
    }
  }
  return { comments, diagnostics };
}

/**
 * Findings without the silenced ones. Errors stay; a comment that names one is told.
 *
 * @returns the findings in their order, then what is wrong with the comments.
 */
export function withoutIgnored(
  findings: readonly Diagnostic[],
  comments: readonly IgnoreComment[],
): readonly Diagnostic[] {
  if (comments.length === 0) return findings;
  const byPlace = new Map(comments.map((one) => [keyOf(one.code, one.at.file, one.line), one] as const));
  const useless = new Map<IgnoreComment, Diagnostic>();
  const kept = findings.filter(({ code, at, severity }) => {
    const comment = byPlace.get(keyOf(code, at.file, at.line)) ?? byPlace.get(keyOf(code, at.file, undefined));
    if (comment === undefined) return true;
    if (severity === "error") useless.set(comment, ignoredError(comment));
    return severity === "error";
  });
  return useless.size === 0 ? kept : [...kept, ...withoutIgnored([...useless.values()], comments)];
}

function keyOf(code: string, file: string, line: number | undefined): string {
  return `${code}\n${file}\n${line ?? ""}`;
}

/** A comment behind something is about its line; one that stands alone is about what comes next. */
function lineSpokenOf(lines: readonly string[], index: number): number {
  if (!isComment(lines[index])) return index + 1;
  const next = lines.findIndex((text, at) => at > index && !isComment(text) && text.trim() !== "");
  return (next === -1 ? index : next) + 1;
}

function isComment(text: string | undefined): boolean {
  return text?.trimStart().startsWith("#") === true;
}

/** Codes, up to a reason behind `--`. */
function wordsOf(rest: string): readonly { readonly word: string; readonly start: number }[] {
  const [codes = ""] = rest.split(/(?<!\S)--(?!\S)/, 1);
  return [...codes.matchAll(/[^\s,]+/g)].map((match) => ({ word: match[0], start: match.index }));
}

function unknownCode(word: string, at: SourceSpan): Diagnostic {
  const near = didYouMean(word, Object.keys(DIAGNOSTIC_CODES));
  const missing = "names no code: expected one or more, such as # outrigger: ignore unknown-key";
  return {
    severity: "warning",
    code: "unknown-ignore-code",
    message:
      word === ""
        ? `the comment ${missing}`
        : `"${word}" is no code of a finding${near === undefined ? "" : `; did you mean "${near}"?`}`,
    at,
    hint: "outrigger lint tells the code of every finding, in brackets",
  };
}

function ignoredError({ code, at }: IgnoreComment): Diagnostic {
  return {
    severity: "warning",
    code: "ignored-error",
    message: `"${code}" is an error here, and errors cannot be ignored`,
    at,
    hint: "correct what it says; only warnings and notes can be silenced",
  };
}
