// Every keyword GitLab knows, by the place it may stand in.

import { KEYWORDS, type Keyword, type KeywordPlace } from "./keyword-table.ts";

export interface KnownKeys {
  /** Accepted without a word. */
  readonly read: ReadonlySet<string>;
  /** Accepted with a note. Any other key is an error. */
  readonly known: ReadonlyMap<string, Keyword>;
}

/** Keys of the file, of `default`, or of a job. */
function keysAt(place: KeywordPlace): KnownKeys {
  return toKnownKeys(
    KEYWORDS.filter((keyword) => keyword.places.includes(place)).map((keyword) => [keyword.name, keyword]),
  );
}

/** Keys of a keyword's own mapping. */
export function knownKeys(of: string): KnownKeys {
  const children = KEYWORDS.filter(({ name }) => name.startsWith(`${of}:`) && !name.slice(of.length + 1).includes(":"));
  return toKnownKeys(children.map((keyword) => [keyword.name.slice(of.length + 1), keyword]));
}

/** Keys without an entry of their own in the table. @param names with spaces between. */
export function onlyKeys(names: string): KnownKeys {
  return { read: new Set(names.split(" ")), known: new Map() };
}

function toKnownKeys(entries: readonly (readonly [string, Keyword])[]): KnownKeys {
  const isNoted = ({ effect }: Keyword): boolean => effect === "noted";
  return {
    read: new Set(entries.filter(([, keyword]) => !isNoted(keyword)).map(([name]) => name)),
    known: new Map(entries.filter(([, keyword]) => isNoted(keyword))),
  };
}

/** Keys of the file that are never jobs. @source GY-13, GY-20 */
export const TOP_LEVEL_KEYS: KnownKeys = keysAt("top");

/** @source GY-15, GY-247 */
export const JOB_KEYS: KnownKeys = keysAt("job");

/** Of a job that starts a pipeline. @source GY-133, GY-239 */
export const TRIGGER_JOB_KEYS: KnownKeys = keysAt("trigger");

/** @source GY-27 */
export const DEFAULT_KEYS: KnownKeys = keysAt("default");

/** @source GY-29 */
export const INHERIT_KEYS: KnownKeys = knownKeys("inherit");

/** Words that `inherit:default` may list. */
export const INHERITABLE_KEYS: ReadonlySet<string> = new Set([...DEFAULT_KEYS.read, ...DEFAULT_KEYS.known.keys()]);

/** `ports` is refused with a message of its own. @source GY-134, GS-120 */
export const IMAGE_KEYS: KnownKeys = knownKeys("image");

/** @source GY-139, GS-102 */
export const SERVICE_KEYS: KnownKeys = knownKeys("services");

/** @source GY-136, GS-108 */
export const DOCKER_KEYS: KnownKeys = onlyKeys("platform user");

/** @source K-58 */
export const KUBERNETES_KEYS: KnownKeys = onlyKeys("user");

/** @source GY-232 */
export const RETRY_KEYS: KnownKeys = knownKeys("retry");

/** @source GY-191 */
export const ALLOW_FAILURE_KEYS: KnownKeys = knownKeys("allow_failure");

/** Keys of a global variable's mapping, then of a job's. @source GY-82 */
export const GLOBAL_VARIABLE_KEYS: KnownKeys = onlyKeys("value expand options description");
export const JOB_VARIABLE_KEYS: KnownKeys = onlyKeys("value expand");

/** Top-level keys that mean the same as under `default`, in GitLab's order. @source GY-19 */
export const DEPRECATED_TOP_LEVEL_KEYS = ["image", "services", "before_script", "after_script", "cache"] as const;

/** @source GY-56, GY-151 */
export const INCLUDE_RULE_KEYS: KnownKeys = onlyKeys("if changes exists when");

/** Of a file's header. @source GY-65 */
export const SPEC_KEYS: KnownKeys = onlyKeys("inputs include component description");
export const INPUT_KEYS: KnownKeys = onlyKeys("default description options regex type rules");
/** Of a job's own inputs, which no rules choose between. @source GY-79 */
export const JOB_INPUT_KEYS: KnownKeys = onlyKeys("default description options regex type");
export const INPUT_RULE_KEYS: KnownKeys = onlyKeys("if options default");
