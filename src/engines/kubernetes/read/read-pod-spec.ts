import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isTable, type TomlSection } from "../../../config/toml/toml-section.ts";
import { readValue } from "../../../yaml/read-value.ts";
import type { JsonObject } from "../pod.ts";
import type { PodSpecPatch } from "../settings.ts";
import { toPlainJson } from "./api-words.ts";

const KINDS = ["strategic", "merge", "json"] as const;

/**
 * `[[runners.kubernetes.pod_spec]]`; a patch without a type is a strategic one.
 *
 * @param folder where a relative `patch_path` begins.
 * @source K-59
 */
export function readPodSpecPatches(engine: TomlSection, folder: string): readonly PodSpecPatch[] {
  return engine.tables("pod_spec").flatMap((section) => {
    const patch = readPatch(section, folder);
    section.finish();
    return patch;
  });
}

function readPatch(section: TomlSection, folder: string): readonly PodSpecPatch[] {
  const name = section.filled("name") ?? "pod_spec";
  const kind = section.choice("patch_type", KINDS) ?? "strategic";
  const source = readSource(section, folder);
  if (source === undefined) return [];
  const { key, of, text } = source;
  const read = readValue(text);
  if (read.kind === "invalid") {
    section.refuse(key, `line ${read.line} of ${of}: ${read.reason}`);
    return [];
  }
  const { value } = read;
  const at = section.placeOf(key);
  if (kind !== "json" && isTable(value)) return [{ kind, name, at, patch: toPlainJson(value) }];
  if (kind === "json" && Array.isArray(value) && value.every(isTable)) {
    return [{ kind, name, at, operations: value.map((operation): JsonObject => toPlainJson(operation)) }];
  }
  section.refuse(key, `a ${kind} patch should be ${kind === "json" ? "a list of operations" : "a mapping"}`);
  return [];
}

interface PatchSource {
  readonly key: "patch" | "patch_path";
  /** For people. */
  readonly of: string;
  readonly text: string;
}

function readSource(section: TomlSection, folder: string): PatchSource | undefined {
  const text = section.filled("patch");
  const path = section.filled("patch_path");
  if (path === undefined) {
    if (text !== undefined) return { key: "patch", of: "the patch", text };
    section.refuse("patch", "a pod_spec needs a patch", 'for example patch = "hostNetwork: true"');
    return undefined;
  }
  if (text !== undefined) {
    section.refuse("patch_path", "a pod_spec has either patch or patch_path", "leave one of them out");
    return undefined;
  }
  try {
    return { key: "patch_path", of: `"${path}"`, text: readFileSync(resolve(folder, path), "utf8") };
  } catch (error) {
    const why = `the patch "${path}" cannot be read: ${whyUnreadable(error)}`;
    section.refuse("patch_path", why, "paths begin at the folder of the settings file");
    return undefined;
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  return error instanceof Error ? error.message : String(error);
}
