import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { valueOf } from "./config-values.ts";
import { type Inheritance, readInherit } from "./inherit-keyword.ts";
import type { Report } from "./report.ts";

/** Reads the value of one keyword. @param path GitLab's path of the keyword: `jobs:test:image`. */
export type KeywordReader<T> = (value: YamlNode, path: string, report: Report) => T | undefined;

/** The keywords of one job, its bases merged in; one that is null counts as absent (GY-28). */
export class JobReader {
  readonly mapping: YamlMapping;
  /** `jobs:test`. */
  readonly path: string;
  readonly report: Report;
  readonly inherit: Inheritance;

  constructor(mapping: YamlMapping, path: string, report: Report) {
    this.mapping = mapping;
    this.path = path;
    this.report = report;
    this.inherit = readInherit(mapping, path, report);
  }

  has(keyword: string): boolean {
    return valueOf(this.mapping, keyword) !== undefined;
  }

  own<T>(keyword: string, read: KeywordReader<T>): T | undefined {
    const value = valueOf(this.mapping, keyword);
    return value && read(value, `${this.path}:${keyword}`, this.report);
  }

  /** The job's own value, else the default it inherits: whole value by whole value. @source GY-28 */
  ownOrDefault<T>(keyword: string, read: KeywordReader<T>, fallback: T | undefined): T | undefined {
    const value = valueOf(this.mapping, keyword);
    if (value !== undefined) return read(value, `${this.path}:${keyword}`, this.report);
    return this.inherit.takesDefault(keyword) ? fallback : undefined;
  }

  /** Tells of the first of these keywords that the job says; the text names all that it says. */
  refuseKeywords(keywords: readonly string[], text: (names: string) => string, hint?: string): void {
    const found = keywords.filter((keyword) => this.has(keyword));
    const [first] = found;
    const at = first === undefined ? undefined : this.mapping.entries.get(first)?.key;
    if (at === undefined) return;
    this.report.error({ code: "keywords-together", path: this.path, text: text(found.join(", ")), at, hint });
  }
}
