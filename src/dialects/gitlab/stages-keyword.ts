import type { YamlNode } from "../../yaml/yaml-node.ts";
import { nestedStringsOf, stringOf } from "./config-values.ts";
import type { Report } from "./report.ts";

const DEFAULT_STAGES = ["build", "test", "deploy"];

/** `.pre` first, `.post` last, wherever the file lists them. @source GY-22, GY-23 */
export function readStages(value: YamlNode | undefined, report: Report): readonly string[] {
  if (value === undefined) return withEnds(DEFAULT_STAGES);
  const stages = nestedStringsOf(value, 10);
  if (stages !== undefined) return withEnds(stages);
  report.error({ code: "invalid-stages", path: "stages", text: "config should be an array of strings", at: value });
  return withEnds(DEFAULT_STAGES);
}

function withEnds(stages: readonly string[]): readonly string[] {
  const inner = stages.filter((stage) => stage !== ".pre" && stage !== ".post");
  return [".pre", ...new Set(inner), ".post"];
}

/** @source GY-24 */
export function readStage(value: YamlNode, path: string, report: Report): string | undefined {
  const stage = stringOf(value);
  if (stage !== undefined) return stage;
  return report.error({ code: "invalid-stage", path, text: "config should be a string", at: value });
}

/** `types` and `type` are what `stages` and `stage` once were. @source GY-20 */
export function warnOldWord(old: string, modern: string, path: string, at: YamlNode, report: Report): void {
  const text = `${old} is the old word for ${modern}, and GitLab 16 refuses it`;
  report.whole("warning", { code: "old-keyword", path, text, at, hint: `write ${modern}` });
}
