import { resolve } from "node:path";
import { withoutUndefined } from "../text/without-undefined.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import { readSettingsFile } from "./engine-section.ts";
import type { EngineName } from "./open-configured-engine.ts";

/**
 * One line that leads to the same engine from another process and folder. No secret is in it.
 *
 * @param places on the engine where a run has objects beside the usual one.
 */
export function formatEngineWords(
  cwd: string,
  { engine, config, runner }: EngineOptions,
  places: readonly string[] = [],
): string {
  return JSON.stringify(
    withoutUndefined({
      engine,
      config: config === undefined ? undefined : resolve(cwd, config),
      runner,
      places: places.length === 0 ? undefined : places,
    }),
  );
}

/** Whether both lead to one engine, wherever on it. */
export function isSameEngine(words: string, others: string): boolean {
  const [own, other] = [parseWords(words), parseWords(others)];
  return own.engine === other.engine && own.config === other.config && own.runner === other.runner;
}

/** Of {@link formatEngineWords}; empty for a text it did not write. */
export function placesInWords(words: string): readonly string[] {
  return parseWords(words).places;
}

/** The engine that {@link formatEngineWords} wrote about; Docker for a text it did not write. */
export async function findMarkedEngine(words: string): Promise<EngineName> {
  const { engine, config, runner, places } = parseWords(words);
  const options = withoutUndefined({ engine, config, runner });
  const given = await readSettingsFile("/", options);
  return { name: engine, section: given?.read.kind === "read" ? given.read.section : undefined, places };
}

interface Words {
  readonly engine: EngineOptions["engine"];
  readonly config: string | undefined;
  readonly runner: string | undefined;
  readonly places: readonly string[];
}

function parseWords(words: string): Words {
  const parsed = parseRecord(words);
  const text = (key: string): string | undefined => {
    const value = parsed.get(key);
    return typeof value === "string" ? value : undefined;
  };
  const engine = text("engine") === "kubernetes" ? "kubernetes" : "docker";
  const places = parsed.get("places");
  return {
    engine,
    config: text("config"),
    runner: text("runner"),
    places: Array.isArray(places) ? places.filter((place) => typeof place === "string") : [],
  };
}

function parseRecord(words: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(words);
    return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}
