import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import { readArtifacts } from "./artifacts-keyword.ts";
import { readCaches } from "./cache-keyword.ts";
import { checkKeys, isNull, valueOf } from "./config-values.ts";
import { readHooks } from "./hooks-keyword.ts";
import { readImage } from "./image-keyword.ts";
import type { Defaults } from "./job-declaration.ts";
import type { KeywordReader } from "./job-reader.ts";
import { DEFAULT_KEYS, DEPRECATED_TOP_LEVEL_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";
import { readRetry, readTimeout } from "./retry-keyword.ts";
import { readScript } from "./script-keyword.ts";
import { checkIdentity, checkIdTokens } from "./secrets-keyword.ts";
import { readServices } from "./services-keyword.ts";
import { readInterruptible, readTags } from "./small-keywords.ts";

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
  const read = <T>(key: string, reader: KeywordReader<T>): T | undefined => {
    const found = findPlaced(root, section, key);
    return found && reader(found.value, found.path, report);
  };
  read("id_tokens", checkIdTokens);
  read("identity", checkIdentity);
  return {
    image: read("image", readImage),
    services: read("services", readServices),
    beforeScript: read("before_script", readScript),
    afterScript: read("after_script", readScript),
    retry: read("retry", readRetry),
    timeoutSeconds: read("timeout", readTimeout),
    artifacts: read("artifacts", readArtifacts),
    caches: read("cache", readCaches),
    beforeSources: read("hooks", readHooks),
    interruptible: read("interruptible", readInterruptible),
    tags: read("tags", readTags),
  };
}

/**
 * The same for a job that puts values of its own into them; whatever `replace` leaves as it is keeps its value.
 *
 * @source GY-79
 */
export function replaceInDefaults(
  defaults: Defaults,
  root: YamlMapping,
  replace: (node: YamlNode) => YamlNode,
  report: Report,
): Defaults {
  const value = valueOf(root, "default");
  const section = value?.kind === "mapping" ? value : undefined;
  const again = <T>(key: string, reader: KeywordReader<T>, known: T | undefined): T | undefined => {
    const found = findPlaced(root, section, key);
    const replaced = found && replace(found.value);
    return found === undefined || replaced === undefined || replaced === found.value
      ? known
      : reader(replaced, found.path, report);
  };
  return {
    ...defaults,
    image: again("image", readImage, defaults.image),
    services: again("services", readServices, defaults.services),
    beforeScript: again("before_script", readScript, defaults.beforeScript),
    afterScript: again("after_script", readScript, defaults.afterScript),
    artifacts: again("artifacts", readArtifacts, defaults.artifacts),
    caches: again("cache", readCaches, defaults.caches),
  };
}

function sectionOf(root: YamlMapping, report: Report): YamlMapping | undefined {
  const value = valueOf(root, "default");
  if (value === undefined) return undefined;
  if (value.kind !== "mapping") {
    return report.error({ code: "invalid-default", path: "default", text: "config should be a hash", at: value });
  }
  checkKeys(value, DEFAULT_KEYS, "default", report, hintForJob);
  return value;
}

/** GitLab takes it for a job then. @source GY-13 */
export function hintForJob(names: readonly string[]): string | undefined {
  return names.includes("script") ? "a job cannot have this name: take another one" : undefined;
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
