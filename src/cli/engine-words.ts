import { resolve } from "node:path";
import { withoutUndefined } from "../text/without-undefined.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import { readSettingsFile } from "./engine-section.ts";
import type { EngineName } from "./open-configured-engine.ts";

/** One line that leads to the same engine from another process and folder. No secret is in it. */
export function formatEngineWords(cwd: string, { engine, config, runner }: EngineOptions): string {
  return JSON.stringify(
    withoutUndefined({ engine, config: config === undefined ? undefined : resolve(cwd, config), runner }),
  );
}

/** The engine that {@link formatEngineWords} wrote about; Docker for a text it did not write. */
export async function findMarkedEngine(words: string): Promise<EngineName> {
  const { engine, config, runner } = parseWords(words);
  const options = withoutUndefined({ engine, config, runner });
  const given = await readSettingsFile("/", options);
  return { name: engine, section: given?.read.kind === "read" ? given.read.section : undefined };
}

interface Words {
  readonly engine: EngineOptions["engine"];
  readonly config: string | undefined;
  readonly runner: string | undefined;
}

function parseWords(words: string): Words {
  const parsed = parseRecord(words);
  const text = (key: string): string | undefined => {
    const value = parsed.get(key);
    return typeof value === "string" ? value : undefined;
  };
  const engine = text("engine") === "kubernetes" ? "kubernetes" : "docker";
  return { engine, config: text("config"), runner: text("runner") };
}

function parseRecord(words: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(words);
    return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}
