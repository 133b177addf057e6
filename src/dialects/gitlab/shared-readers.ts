import type { RetryPolicy } from "../../model/pipeline.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { readArtifacts } from "./artifacts-keyword.ts";
import { readCaches } from "./cache-keyword.ts";
import type { ArtifactsDeclaration, CacheDeclaration } from "./declarations.ts";
import type { Conditions } from "./expression/conditions.ts";
import type { KeywordReader } from "./job-reader.ts";
import { readRetry } from "./retry-keyword.ts";
import type { RuleDeclaration } from "./rule-declarations.ts";
import { readRules } from "./rules-keyword.ts";
import { readScript } from "./script-keyword.ts";

/**
 * Readers of the large keywords that thousands of jobs take from one base: a value that stands in one place of the file
 * is read once. One that something was told about is read for each job, because the job's name is in what is told.
 */
export interface SharedReaders {
  readonly artifacts: KeywordReader<ArtifactsDeclaration>;
  readonly caches: KeywordReader<readonly CacheDeclaration[]>;
  readonly rules: KeywordReader<readonly RuleDeclaration[]>;
  /** Of `before_script` and `after_script`: `script` is mostly a job's own. */
  readonly commonScript: KeywordReader<readonly string[]>;
  readonly retry: KeywordReader<RetryPolicy>;
}

export function createSharedReaders(conditions: Conditions): SharedReaders {
  return {
    artifacts: once(readArtifacts),
    caches: once(readCaches),
    rules: once((value, path, report) => readRules(value, path, conditions, report)),
    commonScript: once(readScript),
    retry: once(readRetry),
  };
}

function once<T>(read: KeywordReader<T>): KeywordReader<T> {
  const known = new Map<YamlNode, T>();
  return (value, path, report) => {
    const shared = known.get(value);
    if (shared !== undefined) return shared;
    const before = report.toldCount;
    const declared = read(value, path, report);
    if (declared !== undefined && report.toldCount === before) known.set(value, declared);
    return declared;
  };
}
