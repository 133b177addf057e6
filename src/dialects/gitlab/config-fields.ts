import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { parseDuration } from "../../text/duration.ts";
import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, scalarTextOf, stringOf, stringsOf, valueOf } from "./config-values.ts";
import type { Finding, Report } from "./report.ts";

/** Seconds, or `never`. */
export type Lifetime = number | "never";

/**
 * Reads the fields of one mapping, and words what is wrong with them as GitLab does: `expire in should be a duration`.
 * A field that is absent, null or wrong is `undefined`.
 */
export class ConfigFields {
  readonly mapping: YamlMapping;
  readonly path: string;
  readonly #code: DiagnosticCode;
  readonly #report: Report;

  /** @param code of every finding about these fields: `invalid-artifacts`. */
  constructor(mapping: YamlMapping, path: string, code: DiagnosticCode, report: Report) {
    this.mapping = mapping;
    this.path = path;
    this.#code = code;
    this.#report = report;
  }

  text(key: string): string | undefined {
    const value = valueOf(this.mapping, key);
    return value && (stringOf(value) ?? this.refuse(key, "should be a string", value));
  }

  flag(key: string): boolean | undefined {
    const value = valueOf(this.mapping, key);
    return value && (booleanOf(value) ?? this.refuse(key, "should be a boolean value", value));
  }

  texts(key: string): readonly string[] | undefined {
    const value = valueOf(this.mapping, key);
    return value && (stringsOf(value) ?? this.#refuseTexts(key, "should be an array of strings", value));
  }

  /** One text counts as a list of one. */
  textOrTexts(key: string): readonly string[] | undefined {
    const value = valueOf(this.mapping, key);
    const one = value && stringOf(value);
    if (value === undefined || one !== undefined) return one === undefined ? undefined : [one];
    return stringsOf(value) ?? this.#refuseTexts(key, "should be an array of strings or a string", value);
  }

  /** @param expectation what GitLab says when it is none of them. */
  word<W extends string>(
    key: string,
    words: readonly W[],
    expectation = `should be one of: ${words.join(", ")}`,
  ): W | undefined {
    const value = valueOf(this.mapping, key);
    if (value === undefined) return undefined;
    const text = stringOf(value);
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const near = text === undefined ? undefined : didYouMean(text, words);
    return this.refuse(key, expectation, value, near === undefined ? undefined : `did you mean "${near}"?`);
  }

  /** @source GY-249 */
  lifetime(key: string): Lifetime | undefined {
    const value = valueOf(this.mapping, key);
    if (value === undefined) return undefined;
    const text = scalarTextOf(value) ?? "";
    if (text.trim().toLowerCase() === "never") return "never";
    return parseDuration(text) ?? this.refuse(key, "should be a duration", value, "for example 1 week");
  }

  /** Tells that a field is wrong; GitLab writes its name with spaces. */
  refuse(key: string, expectation: string, at: YamlNode, hint?: string, code = this.#code): undefined {
    return this.refuseAll(`${key.replaceAll("_", " ")} ${expectation}`, at, hint, code);
  }

  /** GitLab takes it. The text is the message as a whole, so that what many jobs share is told once. */
  warn(finding: Omit<Finding, "path">): void {
    this.#report.whole("warning", { ...finding, path: this.path });
  }

  refuseAll(text: string, at: YamlNode = this.mapping, hint?: string, code = this.#code): undefined {
    return this.#report.error({ code, path: this.path, text, at, hint });
  }

  #refuseTexts(key: string, expectation: string, value: YamlNode): undefined {
    const culprit = value.kind === "sequence" ? value.items.find((item) => stringOf(item) === undefined) : undefined;
    const word = scalarTextOf(value);
    const hint = word === undefined ? "put numbers and words like true in quotes" : `write ${key}: [${word}]`;
    return this.refuse(key, expectation, culprit ?? value, value.kind === "mapping" ? undefined : hint);
  }
}

/** The fields of a value that has to be a mapping of known keys. */
export function fieldsOf(
  value: YamlNode,
  path: string,
  code: DiagnosticCode,
  report: Report,
): ConfigFields | undefined {
  if (value.kind === "mapping") return new ConfigFields(value, path, code, report);
  return report.error({ code, path, text: "config should be a hash", at: value });
}
