import { isTable, type TomlSection } from "../../../config/toml/toml-section.ts";
import { readValue } from "../../../yaml/read-value.ts";
import type { JsonObject } from "../pod.ts";
import type { PodSpecPatch } from "../settings.ts";
import { toPlainJson } from "./api-words.ts";

const KINDS = ["merge", "json", "strategic"] as const;

/** `[[runners.kubernetes.pod_spec]]`; a patch without a type is a strategic one in GitLab Runner. @source K-59 */
export function readPodSpecPatches(engine: TomlSection): readonly PodSpecPatch[] {
  return engine.tables("pod_spec").flatMap((section) => {
    const patch = readPatch(section);
    section.finish();
    return patch;
  });
}

function readPatch(section: TomlSection): readonly PodSpecPatch[] {
  const name = section.filled("name") ?? "pod_spec";
  const kind = section.choice("patch_type", KINDS) ?? "strategic";
  const value = readPatchText(section);
  if (kind === "strategic") {
    const hint = 'write patch_type = "merge", which replaces lists as a whole, or "json"';
    section.refuse("patch_type", "a strategic patch needs the cluster's own rules and is not supported", hint);
    return [];
  }
  if (value === undefined) return [];
  if (kind === "merge" && isTable(value)) return [{ kind, name, patch: toPlainJson(value) }];
  if (kind === "json" && Array.isArray(value) && value.every(isTable)) {
    return [{ kind, name, operations: value.map((operation): JsonObject => toPlainJson(operation)) }];
  }
  const expected = kind === "merge" ? "a mapping" : "a list of operations";
  section.refuse("patch", `a ${kind} patch should be ${expected}`);
  return [];
}

function readPatchText(section: TomlSection): unknown {
  if (section.filled("patch_path") !== undefined) {
    section.refuse("patch_path", "a patch from another file is not supported", "write it into patch");
    return undefined;
  }
  const text = section.filled("patch");
  if (text === undefined) {
    section.refuse("patch", "a pod_spec needs a patch", 'for example patch = "hostNetwork: true"');
    return undefined;
  }
  const read = readValue(text);
  if (read.kind === "read") return read.value;
  section.refuse("patch", `line ${read.line} of the patch: ${read.reason}`);
  return undefined;
}
