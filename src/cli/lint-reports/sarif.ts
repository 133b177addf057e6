import type { Diagnostic, Severity } from "../../text/diagnostic.ts";
import { DIAGNOSTIC_CODES } from "../../text/diagnostic-codes.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { messageAt, placeInRepository, type ReportedFiles } from "./report-place.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "note" };

/** SARIF 2.1.0: one run, a rule for each code that was found. */
export function toSarif(findings: readonly Diagnostic[], files: ReportedFiles, version: string): string {
  const codes = [...new Set(findings.map((found) => found.code))];
  const fingerprints = fingerprintsOf(findings);
  const results = findings.map((found, index) => ({
    ruleId: found.code,
    ruleIndex: codes.indexOf(found.code),
    level: LEVELS[found.severity],
    message: { text: messageWithHint(found, files) },
    locations: [{ physicalLocation: physicalLocation(found, files) }],
    partialFingerprints: { "outrigger/v1": fingerprints[index] },
  }));
  const rules = codes.map((code) => ({ id: code, shortDescription: { text: DIAGNOSTIC_CODES[code] } }));
  const run = {
    tool: { driver: { name: "Outrigger", version, rules } },
    columnKind: "utf16CodeUnits",
    results,
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, undefined, 2)}\n`;
}

function messageWithHint(found: Diagnostic, files: ReportedFiles): string {
  const text = messageAt(found, placeInRepository(found, files));
  return found.hint === undefined ? text : `${text}; ${found.hint}`;
}

function physicalLocation(found: Diagnostic, files: ReportedFiles): unknown {
  const { file, line, column } = placeInRepository(found, files);
  return {
    artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
    region: { startLine: line, startColumn: column },
  };
}
