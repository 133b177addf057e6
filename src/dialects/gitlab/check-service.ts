import type { ServiceDeclaration } from "./declarations.ts";
import { referencedNames } from "./expand-runner.ts";
import type { Report } from "./report.ts";

const LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
/** An RFC 1123 subdomain, of at most 253 characters. @source K-32 */
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);

/** Names by which a container reaches itself, or the job (GS-413, K-25). */
const TAKEN: ReadonlySet<string> = new Set(["localhost", "build"]);

/** GitLab's Docker executor takes any text for an alias (GS-216); others do not. @source K-32 */
export function checkAliases(service: ServiceDeclaration, aliases: readonly string[], report: Report): void {
  const path = `${service.path}:alias`;
  for (const alias of new Set(aliases)) {
    if (TAKEN.has(alias)) {
      const text = `alias "${alias}" means something else already: containers may reach themselves by it`;
      const hint = "take another name";
      report.whole("warning", { code: "special-host-name", path, text, at: service.at, hint });
    } else if (!HOST_NAME.test(alias)) {
      const better = toHostName(alias);
      report.whole("warning", {
        code: "refused-host-name",
        path,
        text: `alias "${alias}" is no host name by RFC 1123: some clients refuse it, and Kubernetes refuses the job`,
        at: service.at,
        hint: better === undefined ? "use letters a to z, digits, - and ." : `write ${better}`,
      });
    }
  }
}

/** A service's own variables see each other as they are written, so one that names itself is never replaced (GS-317). */
export function checkSelfReferences(service: ServiceDeclaration, report: Report): void {
  for (const { name, value, at } of service.variables) {
    if (!value.includes("$") || !referencedNames(value).includes(name)) continue;
    report.whole("warning", {
      code: "self-reference",
      path: `${service.path}:variables`,
      text: `variable "${name}" refers to itself: a service's own variable hides the job's, so "$${name}" stays in it`,
      at,
      hint: "give it another name, or write the value out",
    });
  }
}

function toHostName(alias: string): string | undefined {
  const name = alias
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "-")
    .replaceAll(/(?<=^|\.)-+|-+(?=$|\.)/g, "");
  return HOST_NAME.test(name) && !TAKEN.has(name) ? name : undefined;
}
