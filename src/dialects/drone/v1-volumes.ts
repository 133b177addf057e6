import { parseSize } from "../../text/bytes.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { Findings } from "../drone-family/findings.ts";
import { RESERVED_VOLUMES } from "../drone-family/mount-keys.ts";
import type { PipelineVolume } from "../drone-family/scope.ts";
import { isNull, itemsOf, textOf, valueAt } from "../drone-family/values.ts";

/** `volumes` of a pipeline. One that is neither `host` nor `temp` is skipped. @source DR-61, DR-66, DR-204 */
export function readVolumes(node: YamlNode, findings: Findings): ReadonlyMap<string, PipelineVolume> {
  const volumes = new Map<string, PipelineVolume>();
  for (const [index, item] of itemsOf(node).entries()) {
    const path = `volumes[${index}]`;
    const name = textOf(valueAt(item, "name"));
    if (name === undefined) {
      findings.error({ code: "invalid-volume", text: `linter: missing volume name: ${path}`, at: item, path });
      continue;
    }
    if (RESERVED_VOLUMES.has(name)) {
      findings.error({ code: "invalid-volume", text: `linter: invalid volume name: ${name}`, at: item, path });
      continue;
    }
    const volume = readVolume(item, path, findings);
    if (volume !== undefined) volumes.set(name, volume);
  }
  return volumes;
}

function readVolume(item: YamlNode, path: string, findings: Findings): PipelineVolume | undefined {
  const hostPath = textOf(valueAt(item, "host", "path"));
  if (hostPath !== undefined) {
    if (hostPath.startsWith("/")) return { kind: "host", path: hostPath, at: item };
    const text = `${path}: volume source "${hostPath}" is relative; sources are paths on the machine that runs the job`;
    findings.error({ code: "relative-volume", text, at: item, path });
    return undefined;
  }
  const temp = item.kind === "mapping" ? item.entries.get("temp") : undefined;
  if (temp === undefined) {
    const text = `${path}: neither host nor temp, the volume is skipped`;
    findings.warn({ code: "unknown-volume", text, at: item, path });
    return undefined;
  }
  if (isNull(temp.value) || textOf(valueAt(temp.value, "medium")) !== "memory") return { kind: "temp" };
  const size = textOf(valueAt(temp.value, "size_limit"));
  return { kind: "memory", sizeBytes: size === undefined ? undefined : parseSize(size), at: item };
}
