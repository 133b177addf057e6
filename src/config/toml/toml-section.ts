import type { Diagnostic } from "../../text/diagnostic.ts";
import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import type { SourceSpan } from "../../text/source.ts";
import type { TomlPath } from "./key-positions.ts";

export type TomlValue = unknown;
export interface TomlTable {
  readonly [key: string]: TomlValue;
}

/** A file of settings: what it holds, and where. */
export interface TomlFile {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  readonly root: TomlTable;
  placeOf(path: TomlPath): SourceSpan;
}

/**
 * One table of a settings file, read key by key. A value of the wrong type is a finding and counts as absent; what nobody
 * asked for when {@link finish} is called is a warning.
 */
export class TomlSection {
  readonly #file: TomlFile;
  readonly #path: TomlPath;
  readonly #table: TomlTable;
  readonly #found: Diagnostic[];
  readonly #asked = new Set<string>();

  constructor(file: TomlFile, path: TomlPath, table: TomlTable, found: Diagnostic[] = []) {
    this.#file = file;
    this.#path = path;
    this.#table = table;
    this.#found = found;
  }

  /** Of this table and of every table read through it. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#found;
  }

  has(key: string): boolean {
    return this.#table[key] !== undefined;
  }

  placeOf(key: string): SourceSpan {
    return this.#file.placeOf([...this.#path, key]);
  }

  string(key: string): string | undefined {
    return this.#read(key, "a text", (value) => (typeof value === "string" ? value : undefined));
  }

  /** An empty text counts as absent, as it does for who wrote it. */
  filled(key: string): string | undefined {
    const text = this.string(key);
    return text === "" ? undefined : text;
  }

  boolean(key: string): boolean | undefined {
    return this.#read(key, "true or false", (value) => (typeof value === "boolean" ? value : undefined));
  }

  /** A whole number, not below zero. */
  count(key: string): number | undefined {
    return this.#read(key, "a whole number", (value) => (isCount(value) ? value : undefined));
  }

  counts(key: string): readonly number[] | undefined {
    const isCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount);
    return this.#read(key, "a list of whole numbers", (value) => (isCounts(value) ? value : undefined));
  }

  strings(key: string): readonly string[] | undefined {
    return this.#read(key, "a list of texts", (value) => (isStrings(value) ? value : undefined));
  }

  /** A list, or one text for a list of one. */
  oneOrMore(key: string): readonly string[] | undefined {
    return this.#read(key, "a text or a list of texts", (value) =>
      typeof value === "string" ? [value] : isStrings(value) ? value : undefined,
    );
  }

  stringMap(key: string): Readonly<Record<string, string>> | undefined {
    return this.#read(key, "a table of texts", (value) => (isTable(value) && isTextTable(value) ? value : undefined));
  }

  countMap(key: string): Readonly<Record<string, number>> | undefined {
    return this.#read(key, "a table of whole numbers", (value) =>
      isTable(value) && isCountTable(value) ? value : undefined,
    );
  }

  /** Whatever stands there, for parts that go on as they are. */
  raw(key: string): TomlTable | undefined {
    return this.#read(key, "a table", (value) => (isTable(value) ? value : undefined));
  }

  table(key: string): TomlSection | undefined {
    const table = this.raw(key);
    return table === undefined ? undefined : new TomlSection(this.#file, [...this.#path, key], table, this.#found);
  }

  tables(key: string): readonly TomlSection[] {
    const list = this.#read(key, "a list of tables", (value) =>
      Array.isArray(value) && value.every(isTable) ? (value as readonly TomlTable[]) : undefined,
    );
    return (list ?? []).map((table, n) => new TomlSection(this.#file, [...this.#path, key, n], table, this.#found));
  }

  /** One of some words. */
  choice<T extends string>(key: string, words: readonly T[]): T | undefined {
    const text = this.filled(key);
    if (text === undefined) return undefined;
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) {
      const near = didYouMean(text, words);
      const hint = `${near === undefined ? "" : `did you mean "${near}"? `}one of ${words.join(", ")}`;
      this.refuse(key, `${this.#nameOf(key)} is "${text}", which is none of its values`, hint);
    }
    return word;
  }

  refuse(key: string, message: string, hint?: string): void {
    this.#add("error", "invalid-setting", key, message, hint);
  }

  /** A key that is known and does nothing here. */
  ignore(key: string, why: string): void {
    this.#asked.add(key);
    if (this.has(key)) this.#add("note", "setting-without-effect", key, `${this.#nameOf(key)} has no effect: ${why}`);
  }

  /** A warning for every key that nobody asked for. */
  finish(): void {
    for (const key of Object.keys(this.#table)) {
      if (this.#asked.has(key)) continue;
      const near = didYouMean(key, this.#asked);
      const hint = near === undefined ? undefined : `did you mean "${near}"?`;
      this.#add("warning", "unknown-setting", key, `unknown setting ${this.#nameOf(key)}`, hint);
    }
  }

  #read<T>(key: string, expected: string, convert: (value: unknown) => T | undefined): T | undefined {
    this.#asked.add(key);
    const value = this.#table[key];
    if (value === undefined) return undefined;
    const converted = convert(value);
    if (converted === undefined) this.refuse(key, `${this.#nameOf(key)} should be ${expected}`);
    return converted;
  }

  #nameOf(key: string): string {
    const tables = this.#path.filter((part) => typeof part === "string");
    return `"${[...tables, key].join(".")}"`;
  }

  #add(severity: Diagnostic["severity"], code: DiagnosticCode, key: string, message: string, hint?: string): void {
    const at = this.placeOf(key);
    this.#found.push({ severity, code, message, at, ...(hint === undefined ? {} : { hint }) });
  }
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isCountTable(value: TomlTable): value is Readonly<Record<string, number>> {
  return Object.values(value).every(isCount);
}

function isTextTable(value: TomlTable): value is Readonly<Record<string, string>> {
  return Object.values(value).every((item) => typeof item === "string");
}
