import type { Step } from "../../model/step.ts";
import type { Variable, Variables } from "../../model/variables.ts";
import { spanOf, type YamlEntry } from "../../yaml/yaml-node.ts";
import { presentField, readArgv, readBoolean, readText } from "./accept.ts";
import { buildContainer, readWorkingDir } from "./build-container.ts";
import { checkContainerKeys } from "./check-keys.ts";
import { readCommands, readEnvironment } from "./environment-keys.ts";
import { readSettings } from "./plugin-settings.ts";
import type { Place } from "./scope.ts";
import { layer, toVariables } from "./variable-list.ts";

const NO_VARIABLES: ReadonlyMap<string, Variable> = new Map();

/** A step without its place in the order, which is found when all of them are known. */
export function buildStep(written: Place, when: Step["when"]): Step | undefined {
  const loose = checkContainerKeys(written);
  const place = withoutFields(written, loose);
  const commands = readCommands(place);
  const hasCommands = commands !== undefined && commands.length > 0;
  const settings = readSettings(place, loose);
  const built = buildContainer(place, stepVariables(place, settings, hasCommands));
  const start = readStart(place, hasCommands);
  const folder = readWorkingDir(place);
  const ignoreFailure = readText(place, "failure") === "ignore";
  const detach = readBoolean(place, "detach") === true;
  if (built === undefined) return undefined;
  return {
    ...built.spec,
    ...start,
    ...(folder === undefined ? {} : { workingDir: folder }),
    name: place.name,
    scripts: hasCommands ? [{ kind: "main", commands }] : [],
    detach,
    when,
    ignoreFailure,
    at: spanOf(place.key),
    ...(hasCommands ? {} : { isPlugin: true as const }),
  };
}

/** What is its plugin's is not the container's: `user` and `ports` of an image that deploys are settings (DR-29). */
function withoutFields(place: Place, loose: readonly YamlEntry[]): Place {
  if (loose.length === 0) return place;
  const names = new Set(loose.map(({ key }) => key.text));
  return { ...place, fields: new Map([...place.fields].filter(([name]) => !names.has(name))) };
}

/** @source DR-268, DR-269, DR-275 */
function stepVariables(place: Place, settings: Variables, hasCommands: boolean): Variables {
  const { rules, system, environment, secrets, given } = place.scope;
  const own = readEnvironment(place);
  const shell = hasCommands && setsHome(rules.id) ? HOME : NO_VARIABLES;
  switch (rules.id) {
    case "drone-0.5":
      return layer(shell, toVariables(secretValues(secrets), "secret", true), own, settings, system, given);
    case "drone-0.8":
      return layer(shell, own, settings, system, given);
    default:
      return layer(shell, system, environment, own, settings, given);
  }
}

const HOME: Variables = toVariables(
  [
    ["HOME", "/root"],
    ["SHELL", "/bin/sh"],
  ],
  "predefined",
);

function setsHome(id: string): boolean {
  return id === "drone-0.5" || id === "drone-0.8" || id === "woodpecker";
}

/** 0.5 put every secret into every step whose image matched; a file of secrets names no images. */
function secretValues(secrets: Place["scope"]["secrets"]): readonly (readonly [string, string])[] {
  return secrets.names.map((name) => [name, secrets.find(name) ?? ""] as const);
}

type Start = Pick<Step, "entrypoint" | "command">;

/** With commands a shell takes the place of the image's own entry point, which may run anything else (`terraform`). */
const NO_ENTRYPOINT: readonly string[] = [""];

/** @source DR-73, DR-167, DR-169, DR-75 */
function readStart(place: Place, hasCommands: boolean): Start {
  const entrypoint = readArgv(place, "entrypoint");
  const command = readArgv(place, "command");
  for (const [key, value] of [["entrypoint", entrypoint] as const, ["command", command] as const]) {
    const node = presentField(place, key);
    if (value === undefined || node === undefined) continue;
    const original = originalVerdict(place, key);
    const path = `${place.path}.${key}`;
    if (hasCommands) {
      const text = `${path} is not used: the step has commands`;
      place.scope.findings.warn({ code: "without-effect", text, at: node, path });
    } else if (original !== undefined) {
      const text = `${original}: ${path} (${place.scope.rules.label}); it is used here`;
      place.scope.findings.warn({ code: "refused-by-original", text, at: node, path });
    }
  }
  if (hasCommands) return { entrypoint: NO_ENTRYPOINT };
  return {
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(command === undefined ? {} : { command }),
  };
}

function originalVerdict(place: Place, key: "entrypoint" | "command"): string | undefined {
  if (readBoolean(place, "detach") === true) return undefined;
  if (place.scope.rules.id === "drone-0.5") return `Cannot set plugin ${key === "command" ? "Command" : "Entrypoint"}`;
  if (place.scope.rules.id === "drone-0.8") return `Cannot override container ${key}`;
  return undefined;
}
