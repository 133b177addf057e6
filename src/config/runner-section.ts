import { UsageError } from "../model/outrigger-error.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { TomlPath } from "./toml/key-positions.ts";
import { readToml } from "./toml/read-toml.ts";
import { isTable, type TomlFile, TomlSection, type TomlTable } from "./toml/toml-section.ts";

/** The part of a runner's settings file that is about one engine. */
export interface RunnerSection {
  /** `[runners.kubernetes]`. */
  readonly engine: TomlSection;
  /** `[[runners]]` itself: feature flags stand there. */
  readonly runner: TomlSection;
  /** The folder of the file: paths in it begin there. */
  readonly folder: string;
}

/** A settings file that was read. */
export interface SettingsText {
  /** As messages name it. */
  readonly file: string;
  readonly folder: string;
  readonly text: string;
}

export type ReadRunner =
  | { readonly kind: "read"; readonly section: RunnerSection }
  | { readonly kind: "invalid"; readonly diagnostic: Diagnostic };

/**
 * Reads a settings file as GitLab Runner has it: `[[runners]]` with a table for the engine in each, or one `[runners.X]`.
 *
 * @param engine the table's name: `kubernetes`.
 * @param name of the runner; undefined: the first with such a table.
 * @throws UsageError when the file has none.
 */
export function readRunnerSection(source: SettingsText, engine: string, name: string | undefined): ReadRunner {
  const { file, text, folder } = source;
  const toml = readToml(file, text);
  if (toml.kind === "invalid") return toml;
  const runners = runnersOf(toml.file);
  const named = name === undefined ? runners : runners.filter(({ table }) => table["name"] === name);
  if (name !== undefined && named.length === 0) throw noRunner(file, name, runners);
  const chosen = named.find(({ table }) => isTable(table[engine]) || table["executor"] === engine);
  if (chosen === undefined) {
    throw new UsageError(`"${file}" has no [runners.${engine}]`, {
      hint: `its runners are: ${named.map(titleOf).join(", ") || "none"}`,
    });
  }
  const { path, table } = chosen;
  const settings = table[engine];
  return {
    kind: "read",
    section: {
      engine: new TomlSection(toml.file, [...path, engine], isTable(settings) ? settings : {}),
      runner: new TomlSection(toml.file, path, table),
      folder,
    },
  };
}

interface Runner {
  readonly path: TomlPath;
  readonly table: TomlTable;
}

function runnersOf({ root }: TomlFile): readonly Runner[] {
  const { runners } = root;
  if (isTable(runners)) return [{ path: ["runners"], table: runners }];
  if (!Array.isArray(runners)) return [];
  return runners.flatMap((table: unknown, index) => (isTable(table) ? [{ path: ["runners", index], table }] : []));
}

function titleOf({ table }: Runner): string {
  const { name, executor } = table;
  return `${typeof name === "string" ? `"${name}"` : "one without a name"}${typeof executor === "string" ? ` (${executor})` : ""}`;
}

function noRunner(file: string, name: string, runners: readonly Runner[]): UsageError {
  return new UsageError(`"${file}" has no runner "${name}"`, {
    hint: `its runners are: ${runners.map(titleOf).join(", ") || "none"}`,
  });
}
