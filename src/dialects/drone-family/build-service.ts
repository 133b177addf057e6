import { basename } from "node:path/posix";
import type { Service } from "../../model/service.ts";
import type { Variables } from "../../model/variables.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, readArgv, readText, readTexts, refuse } from "./accept.ts";
import { buildContainer, readWorkingDir } from "./build-container.ts";
import { checkContainerKeys } from "./check-keys.ts";
import { readCommands, readEnvironment } from "./environment-keys.ts";
import { readOwnService } from "./readiness-keys.ts";
import type { Place } from "./scope.ts";
import { layer } from "./variable-list.ts";

/** No old system waited; we do, this long, and then the steps run all the same. */
const READINESS_TIMEOUT_MS = 60_000;

/** @param own what the file's top-level `x-outrigger` says about this service. */
export function buildService(place: Place, own: YamlNode | undefined): Service | undefined {
  checkContainerKeys(place);
  const built = buildContainer(place, serviceVariables(place));
  const settings = readOwnService(place, own);
  const start = readStart(place);
  const dependsOn = readTexts(place, "depends_on");
  const whenDeadInUse = readFailure(place);
  const hostNames = hostNamesOf(place, [...settings.aliases, ...(built?.network.aliases ?? [])]);
  if (built === undefined) return undefined;
  return {
    ...built.spec,
    ...start,
    hostNames,
    derivedNameCount: 0,
    label: place.name,
    ...(settings.readiness === undefined ? {} : { ownReadiness: settings.readiness }),
    ...(built.network.ports.length === 0 ? {} : { ports: built.network.ports }),
    readinessTimeoutMs: READINESS_TIMEOUT_MS,
    whenDeadInUse,
    ...(dependsOn === undefined ? {} : { dependsOn }),
    wantsPrivileged: false,
    at: spanOf(place.key),
  };
}

/**
 * What the person gives reaches services too, as `--env` of the old local runs did; hidden values only where the service's
 * own environment names them: it must not get a secret that it did not ask for.
 *
 * @source DR-266 to DR-271, DR-289
 */
function serviceVariables(place: Place): Variables {
  const { rules, system, environment, given } = place.scope;
  const own = readEnvironment(place);
  const meant = new Map([...given].filter(([name, variable]) => variable.isPublic || own.has(name)));
  switch (rules.id) {
    case "drone-0.3":
    case "drone-0.4":
      return layer(own, meant);
    case "drone-0.5":
    case "drone-0.8":
      return layer(own, system, meant);
    default:
      return layer(system, environment, own, meant);
  }
}

type Start = Pick<Service, "entrypoint" | "command" | "workingDir">;

/** `commands` become the container's main process, and their own folder is the sources' (DR-262, DR-336). */
function readStart(place: Place): Start {
  const entrypoint = readArgv(place, "entrypoint");
  const command = readArgv(place, "command");
  const commands = readCommands(place);
  const folder = readWorkingDir(place);
  const node = presentField(place, "commands");
  if (commands === undefined || commands.length === 0 || node === undefined) {
    return {
      ...(entrypoint === undefined ? {} : { entrypoint }),
      ...(command === undefined ? {} : { command }),
      ...(folder === undefined ? {} : { workingDir: folder }),
    };
  }
  const image = readText(place, "image") ?? place.name;
  place.scope.findings.warn({
    code: "service-commands",
    text: `${place.path}.commands replaces the entry point of "${basename(image)}": the service runs these commands`,
    at: node,
    path: `${place.path}.commands`,
    hint: "to give the image's own program arguments, use command",
  });
  return {
    entrypoint: ["/bin/sh", "-c"],
    command: [toMainProcess(commands)],
    workingDir: folder ?? place.scope.workspace.sourcePath,
  };
}

/** The last command takes the shell's place, so that it gets the signals; not when it needs the shell itself. */
function toMainProcess(commands: readonly string[]): string {
  const last = commands.at(-1) ?? "";
  const isSimple = /^[A-Za-z0-9_./-]+(?:[ \t]+[^;&|<>()`\n#]*)?(?:[ \t]#.*)?$/.test(last.trim());
  const isShellWord = /^(?:exec|if|for|while|until|case|cd|export|set|eval|true|false|wait|test)\b/.test(last.trim());
  const script = isSimple && !isShellWord ? [...commands.slice(0, -1), `exec ${last}`] : commands;
  return ["set -e", ...script].join("\n");
}

const FAILURES: ReadonlyMap<string, "fail" | "warn" | "ignore"> = new Map([
  ["fail", "fail"],
  ["cancel", "fail"],
  ["warn", "warn"],
  ["ignore", "ignore"],
]);

/** @source DR-70, DR-235 */
function readFailure(place: Place): "fail" | "warn" | "ignore" {
  const text = readText(place, "failure");
  const node = presentField(place, "failure");
  if (text === undefined || node === undefined) return "warn";
  const reaction = FAILURES.get(text);
  if (reaction !== undefined) return reaction;
  return refuse(node, `${place.path}.failure`, `fail, warn, ignore or cancel, not "${text}"`, place) ?? "warn";
}

const MAX_NAME = 63;
const SPECIAL: ReadonlySet<string> = new Set(["localhost", "host.docker.internal"]);

/** @source DR-97, DR-101, DR-105, DR-106 */
function hostNamesOf(place: Place, aliases: readonly string[]): readonly string[] {
  const { findings } = place.scope;
  const { name } = place;
  const wanted = [name, name.toLowerCase(), name.replaceAll("_", "-"), name.toLowerCase().replaceAll("_", "-")];
  const usable = [...new Set([...wanted, ...aliases])].filter((one) => /^[^\s/]+$/.test(one) && one.length <= MAX_NAME);
  if (usable.length === 0) {
    const alias =
      name
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .findLast((word) => word !== "") ?? "service";
    findings.warn({
      code: "invalid-host-name",
      text: `service name "${name}" is not a host name; add x-outrigger: { aliases: [${alias.slice(0, MAX_NAME)}] }`,
      at: place.key,
      path: place.path,
    });
  }
  if (SPECIAL.has(name.toLowerCase())) {
    findings.warn({
      code: "special-host-name",
      text: `service name "${name}" means something else already: containers may reach themselves by it`,
      at: place.key,
      path: place.path,
    });
  }
  return usable;
}
