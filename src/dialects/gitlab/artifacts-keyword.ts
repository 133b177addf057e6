import type { KeptWhen } from "../../model/artifacts.ts";
import type { YamlEntry, YamlNode } from "../../yaml/yaml-node.ts";
import { type ConfigFields, fieldsOf } from "./config-fields.ts";
import { checkKeys, stringOf, stringsOf, valueOf } from "./config-values.ts";
import type { ArtifactsDeclaration, ReportDeclaration } from "./declarations.ts";
import { knownKeys, onlyKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

export const KEPT_WHEN = ["on_success", "on_failure", "always"] as const satisfies readonly KeptWhen[];

const KEYS = knownKeys("artifacts");
const REPORT_KEYS = knownKeys("artifacts:reports");
const COVERAGE_REPORT_KEYS = onlyKeys("coverage_format path");
const COVERAGE_FORMATS = ["cobertura", "jacoco"] as const;
const ACCESS = ["none", "developer", "maintainer", "all"] as const;
const MAX_EXPOSED_NAME = 100;

/** @source GY-208 to GY-217 */
export function readArtifacts(value: YamlNode, path: string, report: Report): ArtifactsDeclaration | undefined {
  const fields = fieldsOf(value, path, "invalid-artifacts", report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, KEYS, path, report);
  if (valueOf(fields.mapping, "public") !== undefined && valueOf(fields.mapping, "access") !== undefined) {
    const at = fields.mapping.entries.get("access")?.key;
    fields.refuseAll(
      "config these keys cannot be used together: public, access",
      at,
      "access says all that public can",
    );
  }
  fields.flag("public");
  fields.word("access", ACCESS);
  const paths = fields.texts("paths");
  checkExposed(fields, paths);
  const reports = valueOf(fields.mapping, "reports");
  return {
    name: fields.text("name"),
    paths: paths ?? [],
    exclude: fields.texts("exclude") ?? [],
    untracked: fields.flag("untracked") ?? false,
    when: fields.word("when", KEPT_WHEN) ?? "on_success",
    expireIn: fields.lifetime("expire_in"),
    reports: reports === undefined ? [] : readReports(reports, `${path}:reports`, report),
    at: fields.mapping.entries.get("paths")?.key ?? value,
  };
}

/** @source GY-214 */
function checkExposed(fields: ConfigFields, paths: readonly string[] | undefined): void {
  const value = valueOf(fields.mapping, "expose_as");
  const name = fields.text("expose_as");
  if (value === undefined || name === undefined) return;
  if (name.length > MAX_EXPOSED_NAME) {
    fields.refuse("expose_as", `is too long (maximum is ${MAX_EXPOSED_NAME} characters)`, value);
  }
  if (!/^[\w -]+$/.test(name))
    fields.refuse("expose_as", "can contain only letters, digits, '-', '_' and spaces", value);
  const place = valueOf(fields.mapping, "paths") ?? value;
  if (paths === undefined || paths.length === 0) fields.refuse("paths", "can't be blank", place);
  else if (paths.some((path) => path.includes("*"))) {
    fields.refuse("paths", "can't contain '*' when used with 'expose_as'", place);
  }
}

function readReports(value: YamlNode, path: string, report: Report): readonly ReportDeclaration[] {
  const fields = fieldsOf(value, path, "invalid-artifacts", report);
  if (fields === undefined) return [];
  checkKeys(fields.mapping, REPORT_KEYS, path, report);
  const reports: ReportDeclaration[] = [];
  for (const [kind, entry] of fields.mapping.entries) {
    const paths = REPORT_KEYS.read.has(kind) || REPORT_KEYS.known.has(kind) ? readOne(kind, entry, fields, report) : [];
    if (paths !== undefined && paths.length > 0) reports.push({ kind, paths, at: entry.value });
  }
  return reports;
}

function readOne(kind: string, entry: YamlEntry, reports: ConfigFields, report: Report): readonly string[] | undefined {
  if (kind !== "coverage_report") return reports.textOrTexts(kind);
  if (valueOf(reports.mapping, kind) === undefined) return undefined;
  const path = `${reports.path}:${kind}`;
  const fields = fieldsOf(entry.value, path, "invalid-artifacts", report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, COVERAGE_REPORT_KEYS, path, report);
  const formats = COVERAGE_FORMATS.join(", ");
  fields.word("coverage_format", COVERAGE_FORMATS, `must be one of supported formats: ${formats}`);
  const file = valueOf(fields.mapping, "path");
  return file && (stringsOf(file) ?? [stringOf(file) ?? fields.text("path") ?? ""].filter((text) => text !== ""));
}
