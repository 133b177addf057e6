// Every keyword GitLab knows, by the place it may stand in. `read` are those this dialect acts on; `known` are accepted
// with a note; any other word is an error.

export interface KnownKeys {
  readonly read: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
}

function keys(read: string, known: string): KnownKeys {
  return { read: wordsOf(read), known: wordsOf(known) };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}

/** Keys of the file that are never jobs. @source GY-13, GY-20 */
export const TOP_LEVEL_KEYS: KnownKeys = keys(
  "default image services before_script after_script variables stages",
  "include cache workflow types spec",
);

/** @source GY-15, GY-247 */
export const JOB_KEYS: KnownKeys = keys(
  `script before_script after_script image services variables stage extends needs when allow_failure timeout retry
   inherit start_in type`,
  `rules only except artifacts cache dependencies tags coverage environment release parallel trigger run interruptible
   resource_group pages publish secrets id_tokens identity hooks inputs manual_confirmation dast_configuration`,
);

/** @source GY-27 */
export const DEFAULT_KEYS: KnownKeys = keys(
  "image services before_script after_script retry timeout",
  "artifacts cache hooks id_tokens identity interruptible tags",
);

/** @source GY-29 */
export const INHERIT_KEYS: KnownKeys = keys("default variables", "");

/** Words that `inherit:default` may list. */
export const INHERITABLE_KEYS: ReadonlySet<string> = new Set([...DEFAULT_KEYS.read, ...DEFAULT_KEYS.known]);

/** `ports` is refused with a message of its own. @source GY-134, GS-120 */
export const IMAGE_KEYS: KnownKeys = keys("name entrypoint docker pull_policy ports", "kubernetes");

/** @source GY-139, GS-102 */
export const SERVICE_KEYS: KnownKeys = keys(
  "name alias entrypoint command docker pull_policy variables ports",
  "kubernetes",
);

/** @source GY-136, GS-108 */
export const DOCKER_KEYS: KnownKeys = keys("platform user", "");

/** @source GY-198 */
export const NEED_KEYS: KnownKeys = keys("job optional artifacts", "pipeline project ref parallel");

/** @source GY-232 */
export const RETRY_KEYS: KnownKeys = keys("max when exit_codes", "");

/** @source GY-191 */
export const ALLOW_FAILURE_KEYS: KnownKeys = keys("exit_codes", "");

/** Keys of a global variable's mapping, then of a job's. @source GY-82 */
export const GLOBAL_VARIABLE_KEYS: KnownKeys = keys("value expand options description", "");
export const JOB_VARIABLE_KEYS: KnownKeys = keys("value expand", "");

/** @source GY-186 */
export const WORKFLOW_KEYS: ReadonlySet<string> = new Set(["rules", "name", "auto_cancel"]);

/** Top-level keys that mean the same as under `default`, in GitLab's order. @source GY-19 */
export const DEPRECATED_TOP_LEVEL_KEYS = ["image", "services", "before_script", "after_script", "cache"] as const;

/** @source GY-56, GY-151 */
export const INCLUDE_RULE_KEYS: KnownKeys = keys("if changes exists when", "");

/** Of a file's header. @source GY-65 */
export const SPEC_KEYS: KnownKeys = keys("inputs include component description", "");
export const INPUT_KEYS: KnownKeys = keys("default description options regex type rules", "");
export const INPUT_RULE_KEYS: KnownKeys = keys("if options default", "");
