import type { Diagnostic, Severity } from "../../text/diagnostic.ts";
import { fingerprintsOf } from "./fingerprints.ts";
import { messageAt, placeInRepository, type ReportedFiles } from "./report-place.ts";

/** GitLab knows info, minor, major, critical and blocker. */
const SEVERITIES: Readonly<Record<Severity, string>> = { error: "blocker", warning: "minor", note: "info" };

/** GitLab's Code Quality report (`artifacts: reports: codequality`). */
export function toCodeQuality(findings: readonly Diagnostic[], files: ReportedFiles): string {
  const fingerprints = fingerprintsOf(findings);
  const issues = findings.map((found, index) => {
    const place = placeInRepository(found, files);
    return {
      type: "issue",
      description: messageAt(found, place),
      check_name: found.code,
      fingerprint: fingerprints[index],
      severity: SEVERITIES[found.severity],
      categories: ["Bug Risk"],
      location: { path: place.file, lines: { begin: place.line } },
      ...(found.hint === undefined ? {} : { content: { body: found.hint } }),
    };
  });
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
