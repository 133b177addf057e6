import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import { checkKeys, isNull, valueOf } from "./config-values.ts";
import type { Defaults } from "./declarations.ts";
import { readImage } from "./image-keyword.ts";
import { DEFAULT_KEYS, DEPRECATED_TOP_LEVEL_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";
import { readRetry, readTimeout } from "./retry-keyword.ts";
import { readScript } from "./script-keyword.ts";
import { readServices } from "./services-keyword.ts";

interface Placed {
  readonly value: YamlNode;
  /** `default:image`, or `image` where it stands at the top level. */
  readonly path: string;
}

/**
 * What jobs get that say nothing themselves; each key is checked once, here, and not again in every job.
 *
 * @source GY-19, GY-27, GY-28
 */
export function readDefaults(root: YamlMapping, report: Report): Defaults {
  const section = sectionOf(root, report);
  checkDeprecated(root, section, report);
  const find = (key: string): Placed | undefined => findPlaced(root, section, key);
  const image = find("image");
  const services = find("services");
  const before = find("before_script");
  const after = find("after_script");
  const retry = find("retry");
  const timeout = find("timeout");
  return {
    image: image && readImage(image.value, image.path, report),
    services: services && readServices(services.value, services.path, report),
    beforeScript: before && readScript(before.value, before.path, report),
    afterScript: after && readScript(after.value, after.path, report),
    retry: retry && readRetry(retry.value, retry.path, report),
    timeoutSeconds: timeout && readTimeout(timeout.value, timeout.path, report),
  };
}

function sectionOf(root: YamlMapping, report: Report): YamlMapping | undefined {
  const value = valueOf(root, "default");
  if (value === undefined) return undefined;
  if (value.kind !== "mapping") {
    return report.error({ code: "invalid-default", path: "default", text: "config should be a hash", at: value });
  }
  checkKeys(value, DEFAULT_KEYS, "default", report);
  return value;
}

const TOP_LEVEL_FORMS: ReadonlySet<string> = new Set(DEPRECATED_TOP_LEVEL_KEYS);

function findPlaced(root: YamlMapping, section: YamlMapping | undefined, key: string): Placed | undefined {
  const inSection = section && valueOf(section, key);
  if (inSection !== undefined) return { value: inSection, path: `default:${key}` };
  const atTop = TOP_LEVEL_FORMS.has(key) ? valueOf(root, key) : undefined;
  return atTop && { value: atTop, path: key };
}

function checkDeprecated(root: YamlMapping, section: YamlMapping | undefined, report: Report): void {
  for (const key of DEPRECATED_TOP_LEVEL_KEYS) {
    const entry = root.entries.get(key);
    if (entry === undefined || isNull(entry.value)) continue;
    if (section?.entries.has(key)) {
      const text = `${key} is defined in top-level and \`default:\` entry`;
      report.whole("error", {
        code: "defined-twice",
        path: key,
        text,
        at: entry.key,
        hint: "keep the one below default:",
      });
    } else {
      report.add({
        severity: "note",
        code: "deprecated-key",
        message: `${key} at the top level is deprecated`,
        at: spanOf(entry.key),
        path: key,
        hint: `put it below default: (default: ${key}: ...)`,
      });
    }
  }
}
