// What a run on this machine does with each keyword. The readers take their lists of keys from here, and
// `docs/gitlab.md` its table.

/**
 * `runs`: acted on. `silent`: checked, and means nothing outside of a server. `noted`: checked, told once with the jobs
 * that use it, not acted on. `refused`: an error when a job uses it.
 *
 * @source GY-247, GY-248
 */
export type LocalEffect = "runs" | "silent" | "noted" | "refused";

/** `trigger`: a job that starts a pipeline instead of running a script. */
export type KeywordPlace = "top" | "default" | "job" | "trigger";

export interface Keyword {
  /** With the keywords it stands in: `artifacts:reports:junit`. */
  readonly name: string;
  /** Where it may stand; empty for one that stands in another keyword. */
  readonly places: readonly KeywordPlace[];
  readonly effect: LocalEffect;
  /** One clause for the documentation; absent: nothing to add. */
  readonly what?: string;
}

function keyword(name: string, places: string, effect: LocalEffect, what?: string): Keyword {
  const rest = what === undefined ? {} : { what };
  return { name, places: placesOf(places), effect, ...rest };
}

/** Keys of a keyword's mapping that all have one effect. */
function keys(of: string, names: string, effect: LocalEffect, what?: string): readonly Keyword[] {
  return names.split(" ").map((name) => keyword(`${of}:${name}`, "", effect, what));
}

const PLACES: Readonly<Record<string, KeywordPlace>> = { T: "top", D: "default", J: "job", B: "trigger" };

/** `TDJB`: a letter for each place. */
function placesOf(letters: string): readonly KeywordPlace[] {
  return letters.split("").flatMap((letter) => PLACES[letter] ?? []);
}

const STRUCTURE: readonly Keyword[] = [
  keyword("default", "T", "runs", "whole values, taken by jobs that do not say the key themselves"),
  keyword("include", "T", "runs", "every kind, `rules`, `inputs`; see [below](#included-files)"),
  keyword("spec", "T", "runs", "in a document of its own: `inputs` whole, given by `--input` and `--input-file`"),
  keyword("stages", "T", "runs", "`.pre` and `.post` at the ends, lists in lists"),
  keyword("types", "T", "runs", "the old word for `stages`, with a warning"),
  keyword("workflow", "T", "runs", "`rules` with their variables, `name`, `auto_cancel:on_job_failure`"),
  ...keys("workflow", "name rules auto_cancel", "runs"),
  ...keys("workflow:auto_cancel", "on_new_commit on_job_failure", "runs"),
  keyword("extends", "JB", "runs", "deep merge, up to 10 levels of bases"),
  keyword("inherit", "JB", "runs"),
  ...keys("inherit", "default variables", "runs"),
  keyword("stage", "JB", "runs"),
  keyword("type", "J", "runs", "the old word for `stage`, with a warning"),
  keyword("variables", "TJB", "runs", "`value`, `expand`, `description`, `options`; both of GitLab's expansions"),
  keyword("inputs", "JB", "runs", "a job's own, given by `--job-input`; see [below](#inputs-of-a-job)"),
];

const CONTAINERS: readonly Keyword[] = [
  keyword("image", "TDJ", "runs", "whole; the engine's platform and user too"),
  ...keys("image", "name entrypoint docker pull_policy ports", "runs"),
  keyword("image:kubernetes", "", "runs", "`user`, which counts on a cluster only"),
  keyword("services", "TDJ", "runs", "whole; see [services](services.md)"),
  ...keys("services", "name alias entrypoint command docker pull_policy variables ports", "runs"),
  keyword("services:kubernetes", "", "runs", "`user`, which counts on a cluster only"),
  keyword("script", "J", "runs"),
  keyword("before_script", "TDJ", "runs"),
  keyword("after_script", "TDJ", "runs", "in a shell of its own, with `CI_JOB_STATUS`"),
  keyword("hooks", "DJ", "runs", "`pre_get_sources_script` runs in the job's own image"),
  ...keys("hooks", "pre_get_sources_script", "runs"),
  keyword("run", "J", "runs", "steps with a `script`, each in a shell of its own"),
  ...keys("run", "name script env", "runs"),
  ...keys("run", "step func inputs", "refused", "steps from elsewhere"),
];

const ORDER: readonly Keyword[] = [
  keyword("needs", "JB", "runs", "names, mappings, `needs: []`, `parallel:matrix`"),
  ...keys("needs", "job optional artifacts parallel", "runs"),
  ...keys("needs", "pipeline project ref", "noted", "other pipelines and projects are not here: the job does not wait"),
  keyword("dependencies", "J", "runs"),
  keyword("parallel", "JB", "runs", "a number up to 200, or a `matrix`"),
  ...keys("parallel", "matrix", "runs"),
  keyword("when", "JB", "runs"),
  keyword("start_in", "J", "runs", "waited for with `--honour-delays`; else a delayed job starts at once, with a note"),
  keyword("manual_confirmation", "JB", "noted", "a job that is named is confirmed by it"),
  keyword("rules", "JB", "runs", "whole; see [which jobs run](#which-jobs-run)"),
  ...keys("rules", "if changes exists when start_in allow_failure variables needs interruptible", "runs"),
  keyword("only", "JB", "runs", "whole; `kubernetes` never holds"),
  keyword("except", "JB", "runs", "as `only`"),
  ...keys("only", "refs variables changes kubernetes", "runs"),
  keyword("allow_failure", "JB", "runs"),
  ...keys("allow_failure", "exit_codes", "runs"),
  keyword("retry", "DJ", "runs", "with reasons and exit codes"),
  ...keys("retry", "max when exit_codes", "runs"),
  keyword("timeout", "DJ", "runs"),
  keyword("interruptible", "DJB", "silent", "only a server cancels pipelines for newer ones"),
  keyword("resource_group", "JB", "runs", "among all runs of a project on this machine"),
  keyword("tags", "DJ", "silent", "this machine is the runner"),
  keyword(
    "trigger",
    "B",
    "runs",
    "child pipelines of local files and of files that jobs make; their jobs are `JOB/NAME`",
  ),
  ...keys("trigger", "include strategy forward inputs", "runs"),
  ...keys("trigger", "project branch", "noted", "another project's pipeline is not started, and the job passes"),
  ...keys("trigger:forward", "yaml_variables pipeline_variables", "runs"),
];

const KEPT: readonly Keyword[] = [
  keyword(
    "artifacts",
    "DJ",
    "runs",
    "kept for later jobs and in `.outrigger/artifacts`; see [running](running.md#artifacts)",
  ),
  ...keys("artifacts", "paths exclude untracked name when expire_in reports", "runs"),
  ...keys("artifacts", "expose_as public access", "noted", "about GitLab's pages and who may read them"),
  ...keys("artifacts:reports", "dotenv junit", "runs"),
  ...keys(
    "artifacts:reports",
    `accessibility annotations api_fuzzing browser_performance cluster_image_scanning codequality container_scanning coverage_report
     coverage_fuzzing cyclonedx dast dependency_scanning license_management license_scanning load_performance lsif metrics
     performance repository_xray requirements requirements_v2 sarif sast scip secret_detection terraform`.replaceAll(
      /\s+/g,
      " ",
    ),
    "noted",
    "kept in `.outrigger/reports`, not read; later jobs get them by `paths` only",
  ),
  keyword("cache", "TDJ", "runs", "kept on this machine; see [running](running.md#caches)"),
  ...keys("cache", "key paths untracked policy when fallback_keys", "runs"),
  keyword("cache:unprotect", "", "silent", "local caches know no protected branches"),
  ...keys("cache:key", "files files_commits prefix", "runs"),
  keyword("coverage", "J", "runs", "in the summary and the events"),
  keyword("environment", "JB", "runs", "its variables; nothing is recorded, and nothing stopped"),
  ...keys("environment", "name url action on_stop auto_stop_in deployment_tier kubernetes", "runs"),
];

const SERVER: readonly Keyword[] = [
  keyword("release", "J", "noted", "no release is made; the script runs"),
  ...keys("release", "tag_name tag_message name description ref milestones released_at assets", "silent"),
  ...keys("release:assets", "links", "silent"),
  keyword("pages", "J", "noted", "nothing is published"),
  ...keys("pages", "path_prefix expire_in publish", "silent"),
  keyword("publish", "J", "noted", "nothing is published"),
  keyword(
    "secrets",
    "J",
    "runs",
    "values come from `--secret-file` and `--variable`; a job whose secret is missing is refused",
  ),
  ...keys(
    "secrets",
    "vault azure_key_vault gcp_secret_manager aws_secrets_manager aws_ssm_parameter_store akeyless gitlab_secrets_manager",
    "silent",
  ),
  ...keys("secrets", "file token", "runs"),
  keyword("id_tokens", "DJ", "noted", "no token is signed, the variable is not set"),
  ...keys("id_tokens", "aud sub", "silent"),
  keyword("identity", "DJ", "noted", "there is nobody to ask for an identity"),
  keyword("dast_configuration", "J", "noted", "there is no scanner to configure"),
];

export const KEYWORDS: readonly Keyword[] = [...STRUCTURE, ...CONTAINERS, ...ORDER, ...KEPT, ...SERVER];
