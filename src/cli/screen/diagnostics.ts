import type { Diagnostic, Severity } from "../../text/diagnostic.ts";
import { formatSource } from "../../text/source.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import type { Look, Tone } from "./look.ts";
import { cutLine, textWidth, wrapText } from "./text-width.ts";

const TONES: Readonly<Record<Severity, Tone>> = { error: "bad", warning: "warning", note: "dim" };

/**
 * `file:line:column: severity: message`, the line it is about with a caret, and the hint.
 *
 * @param text of the file, when it is at hand; `diagnostic.at` points into it
 */
function renderDiagnostic(diagnostic: Diagnostic, look: Look, text?: string): readonly string[] {
  const { at, severity, message, hint } = diagnostic;
  const { paint } = look;
  return [
    `${formatSource(at)}: ${paint.tone(TONES[severity], `${severity}:`)} ${paint.tone("strong", dropControls(message))}`,
    ...(text === undefined ? [] : codeFrame(text, at, look)),
    ...(hint === undefined ? [] : renderHint(hint, look)),
  ];
}

/** @param textOf gives a file's text; files that are not at hand get no code frame. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  look: Look,
  textOf: (file: string) => string | undefined,
): string {
  const lines = diagnostics.flatMap((diagnostic) => renderDiagnostic(diagnostic, look, textOf(diagnostic.at.file)));
  return lines.map((line) => `${line}\n`).join("");
}

function codeFrame(text: string, at: { readonly line: number; readonly column: number }, look: Look): string[] {
  const source = lineOf(text, at.line);
  if (source === undefined || source.trim() === "") return [];
  const gutter = String(at.line).padStart(4);
  // A line that is wider than the screen is shown from shortly before the place.
  const room = look.columns - gutter.length - 4;
  const from = at.column - 1 > room - 20 ? Math.max(0, at.column - 21) : 0;
  const shown = cutLine(dropControls(source.slice(from).replaceAll("\t", " ")), room);
  const before = textWidth(dropControls(source.slice(from, at.column - 1).replaceAll("\t", " ")));
  return [
    look.paint.tone("dim", `${gutter} | `) + shown,
    look.paint.tone("dim", `${" ".repeat(gutter.length)} | `) + " ".repeat(before) + look.paint.tone("bad", "^"),
  ];
}

/** Without splitting a file of five megabytes. */
function lineOf(text: string, line: number): string | undefined {
  let start = 0;
  for (let n = 1; n < line; n++) {
    start = text.indexOf("\n", start) + 1;
    if (start === 0) return undefined;
  }
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
}

function renderHint(hint: string, look: Look): string[] {
  const label = "  hint: ";
  return wrapText(dropControls(hint), look.columns - label.length).map((line, n) =>
    n === 0 ? look.paint.tone("dim", label) + line : " ".repeat(label.length) + line,
  );
}
