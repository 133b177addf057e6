// Predefined variables that a local run can compute. Not set, because nothing here could honour them: tokens and
// passwords (CI_JOB_TOKEN, CI_REGISTRY_*, CI_DEPLOY_*), Pages, Kubernetes.

import type { JobInstance } from "../../model/pipeline.ts";
import { crc32 } from "../../text/crc32.ts";
import type { DialectContext, RepositoryFacts, RunFacts } from "../dialect.ts";
import { eventVariables } from "./event-variables.ts";
import { type NamedValue, present } from "./named-value.ts";
import { type ProjectFacts, projectFacts } from "./project-facts.ts";
import { slugOf } from "./slug.ts";

/** The GitLab whose behaviour we follow; scripts compare versions with it. */
const COMPATIBLE_VERSION = "18.0.0";
const NO_COMMIT = "0".repeat(40);
const MAX_MESSAGE_LENGTH = 100_000;
export const BUILDS_FOLDER = "/builds";
const DEFAULT_TIMEOUT_SECONDS = 3600;

/** Same for every job of the run. @source GY-113 to GY-119 */
export function pipelineVariables(context: DialectContext, file: string): readonly NamedValue[] {
  const project = projectFacts(context.facts);
  const serverUrl = `${project.protocol}://${fqdnOf(project)}`;
  const projectUrl = `${serverUrl}/${project.path}`;
  return [
    ["CI", "true"],
    ["GITLAB_CI", "true"],
    ["OUTRIGGER", "true"],
    ...serverVariables(project, serverUrl),
    ...projectVariables(project, projectUrl),
    ...present("CI_DEFAULT_BRANCH", context.facts.defaultBranch),
    ["CI_CONFIG_PATH", file],
    ...commitVariables(context.facts),
    ...eventVariables(context, { id: stableId(project.path), path: project.path, url: projectUrl }),
    ...runVariables(context.run, projectUrl),
    ...userVariables(context.facts),
    ...runnerVariables(context.run),
    ["CI_BUILDS_DIR", BUILDS_FOLDER],
    ["CI_PROJECT_DIR", sourcePathOf(context.facts)],
    ["RUNNER_TEMP_PROJECT_DIR", `${sourcePathOf(context.facts)}.tmp`],
    ...repositoryUrl(context.facts),
  ];
}

/** Where the sources stand in the job's containers. */
export function sourcePathOf(facts: RepositoryFacts): string {
  return `${BUILDS_FOLDER}/${projectFacts(facts).path}`;
}

export interface JobFacts {
  readonly name: string;
  readonly stage: string;
  /** Counted from 0 in file order. */
  readonly index: number;
  /** Undefined: the file does not multiply the job. */
  readonly instance: JobInstance | undefined;
  readonly timeoutSeconds: number | undefined;
  /** As written, variables unexpanded; undefined when the job names none. */
  readonly image: string | undefined;
}

const MAX_JOBS_OF_A_RUN = 100_000;

/** @param projectUrl the value of `CI_PROJECT_URL`. */
export function jobVariables(job: JobFacts, run: RunFacts, projectUrl: string): readonly NamedValue[] {
  const id = run.pipelineId * MAX_JOBS_OF_A_RUN + job.index + 1;
  return [
    ["CI_JOB_ID", String(id)],
    ["CI_JOB_NAME", job.name],
    ["CI_JOB_NAME_SLUG", slugOf(job.name)],
    ["CI_JOB_STAGE", job.stage],
    ["CI_JOB_GROUP_NAME", job.instance?.of ?? job.name],
    ["CI_JOB_URL", `${projectUrl}/-/jobs/${id}`],
    ["CI_JOB_TIMEOUT", String(Math.round(job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS))],
    ...present("CI_JOB_IMAGE", job.image),
    ...instanceVariables(job.instance),
  ];
}

/** @source GY-228, GY-230 */
function instanceVariables(instance: JobInstance | undefined): readonly NamedValue[] {
  if (instance === undefined) return [];
  return [
    ["CI_NODE_INDEX", String(instance.index)],
    ["CI_NODE_TOTAL", String(instance.total)],
  ];
}

function serverVariables(project: ProjectFacts, serverUrl: string): readonly NamedValue[] {
  const [major = "", minor = "", patch = ""] = COMPATIBLE_VERSION.split(".");
  return [
    ["CI_SERVER", "yes"],
    ["CI_SERVER_NAME", "GitLab"],
    ["CI_SERVER_URL", serverUrl],
    ["CI_SERVER_PROTOCOL", project.protocol],
    ["CI_SERVER_HOST", project.host],
    ["CI_SERVER_PORT", String(project.port ?? (project.protocol === "http" ? 80 : 443))],
    ["CI_SERVER_FQDN", fqdnOf(project)],
    ["CI_SERVER_SHELL_SSH_HOST", project.host],
    ["CI_SERVER_SHELL_SSH_PORT", String(project.sshPort)],
    ["CI_SERVER_VERSION", COMPATIBLE_VERSION],
    ["CI_SERVER_VERSION_MAJOR", major],
    ["CI_SERVER_VERSION_MINOR", minor],
    ["CI_SERVER_VERSION_PATCH", patch],
    ["CI_SERVER_REVISION", "outrigger"],
    ["CI_API_V4_URL", `${serverUrl}/api/v4`],
    ["CI_API_GRAPHQL_URL", `${serverUrl}/api/graphql`],
    ["CI_TEMPLATE_REGISTRY_HOST", "registry.gitlab.com"],
    ["CI_GITLAB_FIPS_MODE", "false"],
  ];
}

function projectVariables(project: ProjectFacts, projectUrl: string): readonly NamedValue[] {
  const parts = project.path.split("/");
  const namespace = parts.slice(0, -1).join("/");
  const name = parts.at(-1) ?? "";
  return [
    ["CI_PROJECT_ID", stableId(project.path)],
    ["CI_PROJECT_NAME", name],
    ["CI_PROJECT_TITLE", name],
    ["CI_PROJECT_PATH", project.path],
    ["CI_PROJECT_PATH_SLUG", slugOf(project.path)],
    ["CI_PROJECT_NAMESPACE", namespace],
    ["CI_PROJECT_NAMESPACE_ID", stableId(namespace)],
    ["CI_PROJECT_NAMESPACE_SLUG", slugOf(namespace)],
    ["CI_PROJECT_ROOT_NAMESPACE", parts.length > 1 ? (parts[0] ?? "") : ""],
    ["CI_PROJECT_URL", projectUrl],
    ["CI_PROJECT_VISIBILITY", "private"],
  ];
}

function commitVariables(facts: RepositoryFacts): readonly NamedValue[] {
  const { commit } = facts;
  const sha = commit?.sha ?? NO_COMMIT;
  return [
    ["CI_COMMIT_SHA", sha],
    ["CI_COMMIT_SHORT_SHA", sha.slice(0, 8)],
    ...(commit === undefined ? [] : messageVariables(commit.message)),
    ...present("CI_COMMIT_AUTHOR", commit?.author),
    ...present("CI_COMMIT_TIMESTAMP", commit?.committedAt),
  ];
}

function messageVariables(message: string): readonly NamedValue[] {
  const [title = "", ...rest] = message.split("\n");
  return [
    ["CI_COMMIT_MESSAGE", message.slice(0, MAX_MESSAGE_LENGTH)],
    ["CI_COMMIT_TITLE", title],
    ["CI_COMMIT_DESCRIPTION", rest.join("\n").replace(/^\n/, "").slice(0, MAX_MESSAGE_LENGTH)],
    ["CI_COMMIT_MESSAGE_IS_TRUNCATED", String(message.length > MAX_MESSAGE_LENGTH)],
  ];
}

function runVariables(run: RunFacts, projectUrl: string): readonly NamedValue[] {
  const startedAt = run.startedAt.toISOString().replace(/\.\d+Z$/, "Z");
  return [
    ["CI_PIPELINE_ID", String(run.pipelineId)],
    ["CI_PIPELINE_IID", String(run.pipelineId)],
    ["CI_PIPELINE_URL", `${projectUrl}/-/pipelines/${run.pipelineId}`],
    ["CI_PIPELINE_CREATED_AT", startedAt],
    ["CI_JOB_STARTED_AT", startedAt],
    ["CI_JOB_STATUS", "running"],
    ["CI_NODE_TOTAL", "1"],
  ];
}

function runnerVariables(run: RunFacts): readonly NamedValue[] {
  return [
    ["CI_RUNNER_ID", "1"],
    ["CI_RUNNER_DESCRIPTION", "outrigger"],
    ["CI_RUNNER_TAGS", "[]"],
    ["CI_RUNNER_VERSION", run.version],
    ["CI_RUNNER_REVISION", run.version],
    ["CI_RUNNER_EXECUTABLE_ARCH", run.platform],
    ["CI_CONCURRENT_ID", "0"],
    ["CI_CONCURRENT_PROJECT_ID", "0"],
    ["CI_DISPOSABLE_ENVIRONMENT", "true"],
  ];
}

function userVariables(facts: RepositoryFacts): readonly NamedValue[] {
  const login = facts.userEmail?.split("@")[0];
  return [
    ...present("GITLAB_USER_LOGIN", login),
    ...present("GITLAB_USER_EMAIL", facts.userEmail),
    ...present("GITLAB_USER_NAME", facts.userName),
    ...present("GITLAB_USER_ID", login === undefined ? undefined : "1"),
  ];
}

/** The remote without the password somebody may have put into it. */
function repositoryUrl(facts: RepositoryFacts): readonly NamedValue[] {
  return present("CI_REPOSITORY_URL", facts.remoteUrl?.replace(/^([a-z+]+:\/\/)[^/@]*@/i, "$1"));
}

function fqdnOf(project: ProjectFacts): string {
  return project.port === undefined ? project.host : `${project.host}:${project.port}`;
}

function stableId(text: string): string {
  return String(crc32(text));
}
