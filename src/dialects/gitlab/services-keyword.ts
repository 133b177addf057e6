import { spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { checkKeys, stringOf, valueOf } from "./config-values.ts";
import {
  readArgv,
  readClusterUser,
  readDockerOptions,
  readName,
  readPullPolicy,
  refusePorts,
} from "./container-keys.ts";
import type { ServiceDeclaration } from "./declarations.ts";
import { imageOfName } from "./image-keyword.ts";
import { SERVICE_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";
import { readServiceVariables } from "./variables-keyword.ts";

/** @source GY-139 to GY-141, GS-101 to GS-108 */
export function readServices(value: YamlNode, path: string, report: Report): readonly ServiceDeclaration[] | undefined {
  if (value.kind !== "sequence") {
    const hint = value.kind === "scalar" ? `write services: [${value.text}]` : 'each service starts with "-"';
    return report.error({ code: "invalid-services", path, text: "config should be an array", at: value, hint });
  }
  const services: ServiceDeclaration[] = [];
  for (const item of value.items) {
    const service = readService(item, `${path}:service`, report);
    if (service !== undefined) services.push(service);
  }
  return services;
}

function readService(value: YamlNode, path: string, report: Report): ServiceDeclaration | undefined {
  const word = stringOf(value);
  if (word !== undefined && word.trim() !== "") {
    return { ...imageOfName(word, value, path), command: undefined, alias: undefined, variables: [] };
  }
  if (word !== undefined) return report.error({ code: "missing-name", path, text: "config can't be blank", at: value });
  if (value.kind !== "mapping") {
    return report.error({ code: "invalid-service", path, text: "config should be a hash or a string", at: value });
  }
  return readServiceMapping(value, path, report);
}

function readServiceMapping(value: YamlMapping, path: string, report: Report): ServiceDeclaration | undefined {
  refusePorts(value, path, report);
  checkKeys(value, SERVICE_KEYS, path, report);
  const found = readName(value, path, report);
  const variables = valueOf(value, "variables");
  const declaration = {
    entrypoint: readArgv(value, "entrypoint", path, report),
    command: readArgv(value, "command", path, report),
    alias: readAlias(value, path, report),
    pullPolicy: readPullPolicy(value, path, report),
    variables: variables === undefined ? [] : readServiceVariables(variables, `${path}:variables`, report),
    ...readDockerOptions(value, path, report),
    clusterUser: readClusterUser(value, path, report),
    path,
  };
  return found === undefined ? undefined : { ...declaration, ...found };
}

/** One string, whatever it holds: several names stand in it by comma or space (GS-105). */
function readAlias(service: YamlMapping, path: string, report: Report): string | undefined {
  const value = valueOf(service, "alias");
  if (value === undefined) return undefined;
  const alias = stringOf(value);
  if (alias !== undefined) {
    if (alias.trim() !== "") return alias;
    const message = "an empty alias counts as not set";
    report.add({ severity: "note", code: "empty-alias", message, at: spanOf(value), path: `${path}:alias` });
    return undefined;
  }
  const hint = value.kind === "sequence" ? 'write several names in one text: alias: "db, primary"' : "put it in quotes";
  return report.error({ code: "invalid-alias", path, text: "alias should be a string", at: value, hint });
}
