import type { YamlNode } from "../../yaml/yaml-node.ts";
import { checkKeys, stringOf } from "./config-values.ts";
import {
  readArgv,
  readClusterUser,
  readDockerOptions,
  readName,
  readPullPolicy,
  refusePorts,
} from "./container-keys.ts";
import type { ImageDeclaration } from "./declarations.ts";
import { IMAGE_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";

/** The word form is the mapping form with nothing but a name. @source GY-134, GS-120 */
export function readImage(value: YamlNode, path: string, report: Report): ImageDeclaration | undefined {
  const word = stringOf(value);
  if (word !== undefined && word.trim() !== "") return imageOfName(word, value, path);
  if (word !== undefined) return report.error({ code: "missing-name", path, text: "config can't be blank", at: value });
  if (value.kind !== "mapping") {
    return report.error({ code: "invalid-image", path, text: "config should be a hash or a string", at: value });
  }
  refusePorts(value, path, report);
  checkKeys(value, IMAGE_KEYS, path, report);
  const found = readName(value, path, report);
  const declaration = {
    entrypoint: readArgv(value, "entrypoint", path, report),
    pullPolicy: readPullPolicy(value, path, report),
    ...readDockerOptions(value, path, report),
    clusterUser: readClusterUser(value, path, report),
    path,
  };
  return found === undefined ? undefined : { ...declaration, ...found };
}

export function imageOfName(name: string, at: YamlNode, path: string): ImageDeclaration {
  const said = { entrypoint: undefined, pullPolicy: undefined, platform: undefined, user: undefined };
  return { name, ...said, clusterUser: undefined, at, path };
}
