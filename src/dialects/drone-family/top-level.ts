import { didYouMean } from "../../text/did-you-mean.ts";
import type { YamlMapping } from "../../yaml/yaml-node.ts";
import type { FileScope } from "./build-job.ts";
import type { Finding } from "./findings.ts";
import type { Section } from "./read-section.ts";
import { isNull, valueOf } from "./values.ts";

/** Sections of the file that are legal here but change nothing, with why. */
export type QuietKeys = Readonly<Record<string, string>>;

/** @source DR-7, DR-34, DR-125 */
export function checkTopLevel(document: YamlMapping, read: readonly string[], quiet: QuietKeys, file: FileScope): void {
  for (const { key, value } of document.entries.values()) {
    const name = key.text;
    if (read.includes(name) || name === "x-outrigger") continue;
    const why = quiet[name];
    if (why !== undefined) {
      if (why !== "")
        file.findings.note({
          code: "without-effect",
          text: `"${name}" has no effect here: ${why}`,
          at: key,
          path: name,
        });
      continue;
    }
    const near = didYouMean(name, [...read, ...Object.keys(quiet)]);
    // A key that holds anchors only, or a left-over: nobody ever minded.
    if (near === undefined && (name.startsWith("x-") || name.startsWith(".") || isNull(value))) continue;
    const text = `unknown section "${name}"${near === undefined ? ` (ignored by ${file.rules.label})` : `; did you mean "${near}"?`}`;
    const finding: Finding = { code: "unknown-section", text, at: key, path: name };
    // Many files keep their anchors in sections of their own.
    if (near === undefined) file.findings.note(finding);
    else file.findings.warn(finding);
  }
}

/** `services`, and `compose`, its name in Drone 0.4; both together are one section. @source DR-4 to DR-6 */
export function serviceSections(document: YamlMapping, file: FileScope): readonly Section[] {
  const names = [...document.entries.keys()].filter((name) => name === "services" || name === "compose");
  const compose = document.entries.get("compose");
  const both = names.length > 1;
  if (compose !== undefined && (both || file.rules.id !== "drone-0.4")) {
    const text = `compose: is the Drone 0.4 name of services:${both ? "; both sections are used" : ", and is used as such"}`;
    file.findings.warn({ code: "compose", text, at: compose.key, path: "compose" });
  }
  return names.flatMap((name): readonly Section[] => {
    const node = valueOf(document, name);
    return node === undefined ? [] : [{ kind: "service", path: name, node }];
  });
}
