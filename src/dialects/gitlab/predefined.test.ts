import { describe, expect, test } from "vitest";
import { compileJob } from "../../../tests/compile-gitlab.ts";
import type { TriggerFacts } from "../dialect.ts";

// GY section 6, row by row: what a push to a branch gives in a job that is multiplied and deploys.

const commit = {
  sha: "0123456789abcdef0123456789abcdef01234567",
  parentSha: "f".repeat(40),
  message: "title\n\nbody",
  author: "Ann <ann@example.org>",
  committedAt: "2026-01-01T10:00:00+02:00",
};
const TEXT = "build it: {script: x, image: a, timeout: 90, parallel: 2, environment: {name: prod, url: https://x}}\n";
const { variables } = compileJob(TEXT, "build it 2/2", {
  facts: {
    commit,
    branch: "Feature/1",
    defaultBranch: "main",
    userName: "Ann",
    userEmail: "ann@example.org",
    remoteUrl: "ssh://git@git.example.org:2222/team/app.git",
  },
});

const SET: readonly (readonly [string, string])[] = [
  ["CI", "true"],
  ["GITLAB_CI", "true"],
  ["CI_SERVER", "yes"],
  ["OUTRIGGER", "true"],
  ["CI_API_V4_URL", "https://git.example.org/api/v4"],
  ["CI_API_GRAPHQL_URL", "https://git.example.org/api/graphql"],
  ["CI_SERVER_URL", "https://git.example.org"],
  ["CI_SERVER_PROTOCOL", "https"],
  ["CI_SERVER_HOST", "git.example.org"],
  ["CI_SERVER_PORT", "443"],
  ["CI_SERVER_FQDN", "git.example.org"],
  ["CI_SERVER_SHELL_SSH_HOST", "git.example.org"],
  ["CI_SERVER_SHELL_SSH_PORT", "2222"],
  ["CI_SERVER_NAME", "GitLab"],
  ["CI_SERVER_VERSION", "18.0.0"],
  ["CI_SERVER_VERSION_MAJOR", "18"],
  ["CI_SERVER_VERSION_MINOR", "0"],
  ["CI_SERVER_VERSION_PATCH", "0"],
  ["CI_SERVER_REVISION", "outrigger"],
  ["CI_PROJECT_NAME", "app"],
  ["CI_PROJECT_TITLE", "app"],
  ["CI_PROJECT_NAMESPACE", "team"],
  ["CI_PROJECT_ROOT_NAMESPACE", "team"],
  ["CI_PROJECT_NAMESPACE_SLUG", "team"],
  ["CI_PROJECT_PATH", "team/app"],
  ["CI_PROJECT_PATH_SLUG", "team-app"],
  ["CI_PROJECT_URL", "https://git.example.org/team/app"],
  ["CI_PROJECT_VISIBILITY", "private"],
  ["CI_DEFAULT_BRANCH", "main"],
  ["CI_CONFIG_PATH", ".gitlab-ci.yml"],
  ["CI_COMMIT_SHA", commit.sha],
  ["CI_COMMIT_SHORT_SHA", "01234567"],
  ["CI_COMMIT_BEFORE_SHA", commit.parentSha],
  ["CI_COMMIT_BRANCH", "Feature/1"],
  ["CI_COMMIT_REF_NAME", "Feature/1"],
  ["CI_COMMIT_REF_SLUG", "feature-1"],
  ["CI_COMMIT_REF_PROTECTED", "false"],
  ["CI_COMMIT_MESSAGE", "title\n\nbody"],
  ["CI_COMMIT_TITLE", "title"],
  ["CI_COMMIT_DESCRIPTION", "body"],
  ["CI_COMMIT_MESSAGE_IS_TRUNCATED", "false"],
  ["CI_COMMIT_AUTHOR", "Ann <ann@example.org>"],
  ["CI_COMMIT_TIMESTAMP", "2026-01-01T10:00:00+02:00"],
  ["CI_PIPELINE_SOURCE", "push"],
  ["CI_PIPELINE_ID", "7"],
  ["CI_PIPELINE_IID", "7"],
  ["CI_PIPELINE_URL", "https://git.example.org/team/app/-/pipelines/7"],
  ["CI_PIPELINE_CREATED_AT", "2026-01-02T03:04:05Z"],
  ["GITLAB_USER_LOGIN", "ann"],
  ["GITLAB_USER_EMAIL", "ann@example.org"],
  ["GITLAB_USER_NAME", "Ann"],
  ["GITLAB_USER_ID", "1"],
  ["CI_JOB_ID", "700002"],
  ["CI_JOB_NAME", "build it 2/2"],
  ["CI_JOB_NAME_SLUG", "build-it-2-2"],
  ["CI_JOB_STAGE", "test"],
  ["CI_JOB_GROUP_NAME", "build it"],
  ["CI_JOB_URL", "https://git.example.org/team/app/-/jobs/700002"],
  ["CI_JOB_STARTED_AT", "2026-01-02T03:04:05Z"],
  ["CI_JOB_TIMEOUT", "90"],
  ["CI_JOB_STATUS", "running"],
  ["CI_JOB_IMAGE", "a"],
  ["CI_NODE_INDEX", "2"],
  ["CI_NODE_TOTAL", "2"],
  ["CI_BUILDS_DIR", "/builds"],
  ["CI_PROJECT_DIR", "/builds/team/app"],
  ["CI_CONCURRENT_ID", "0"],
  ["CI_CONCURRENT_PROJECT_ID", "0"],
  ["CI_RUNNER_ID", "1"],
  ["CI_RUNNER_DESCRIPTION", "outrigger"],
  ["CI_RUNNER_TAGS", "[]"],
  ["CI_RUNNER_VERSION", "1.2.3"],
  ["CI_RUNNER_REVISION", "1.2.3"],
  ["CI_RUNNER_EXECUTABLE_ARCH", "linux/amd64"],
  ["CI_DISPOSABLE_ENVIRONMENT", "true"],
  ["CI_ENVIRONMENT_NAME", "prod"],
  ["CI_ENVIRONMENT_SLUG", "prod"],
  ["CI_ENVIRONMENT_URL", "https://x"],
  ["CI_ENVIRONMENT_ACTION", "start"],
  ["CI_ENVIRONMENT_TIER", "production"],
  ["CI_REPOSITORY_URL", "ssh://git.example.org:2222/team/app.git"],
  ["CI_TEMPLATE_REGISTRY_HOST", "registry.gitlab.com"],
  ["CI_GITLAB_FIPS_MODE", "false"],
  ["RUNNER_TEMP_PROJECT_DIR", "/builds/team/app.tmp"],
];

/** Tokens and addresses of services that are not here, facts of other kinds of pipelines, and what is only sometimes so. */
const ABSENT =
  `CI_SERVER_TLS_CA_FILE CI_PROJECT_CLASSIFICATION_LABEL CI_PROJECT_DESCRIPTION CI_PROJECT_REPOSITORY_LANGUAGES
   CI_COMMIT_TAG CI_COMMIT_TAG_MESSAGE CI_PIPELINE_NAME CI_PIPELINE_TRIGGERED CI_PIPELINE_SCHEDULE_DESCRIPTION
   CI_OPEN_MERGE_REQUESTS CI_MERGE_REQUEST_IID CI_MERGE_REQUEST_SOURCE_BRANCH_NAME CI_EXTERNAL_PULL_REQUEST_IID
   CI_JOB_MANUAL CI_JOB_TOKEN CI_RUNNER_SHORT_TOKEN CI_PAGES_HOSTNAME CI_SHARED_ENVIRONMENT CI_ENVIRONMENT_ID CI_KUBERNETES_ACTIVE KUBECONFIG CI_REGISTRY
   CI_REGISTRY_IMAGE CI_REGISTRY_USER CI_REGISTRY_PASSWORD CI_DEPENDENCY_PROXY_SERVER CI_DEPLOY_USER CI_DEPLOY_PASSWORD
   CI_DEPLOY_FREEZE CI_PAGES_DOMAIN CI_PAGES_URL CI_DEBUG_TRACE CI_DEBUG_SERVICES CI_FIPS_MODE CI_TRIGGER_SHORT_TOKEN
   TRIGGER_PAYLOAD CI_HAS_OPEN_REQUIREMENTS CHAT_INPUT CHAT_CHANNEL`.split(/\s+/);

describe("predefined variables of a push (GY section 6)", () => {
  test.each(SET)("%s is %j", (name, value) => {
    expect(variables.get(name)?.value).toBe(value);
    expect(variables.get(name)?.origin).toBe("predefined");
  });

  test.each(["CI_PROJECT_ID", "CI_PROJECT_NAMESPACE_ID"])("%s is a number that stays (GY-114)", (name) => {
    expect(variables.get(name)?.value).toMatch(/^[1-9]\d*$/);
  });

  test("what nothing here could honour is absent, not empty (GY-114)", () => {
    expect(ABSENT.filter((name) => variables.has(name))).toEqual([]);
  });
});

describe("predefined variables of other pipelines (GY section 6)", () => {
  const choices = { facts: { commit, branch: "main", defaultBranch: "main", tagMessage: "first\n\nmore" } };
  const valueIn = (name: string, trigger: TriggerFacts): string | undefined =>
    compileJob("J: {script: x, image: a, rules: [{when: always}]}\n", "J", { ...choices, trigger }).variables.get(name)
      ?.value;

  test.each<readonly [string, TriggerFacts, string | undefined]>([
    ["CI_COMMIT_TAG", { tag: "v1" }, "v1"],
    ["CI_COMMIT_TAG_MESSAGE", { tag: "v1" }, "first\n\nmore"],
    ["CI_COMMIT_TAG_MESSAGE", {}, undefined],
    ["CI_COMMIT_BRANCH", { tag: "v1" }, undefined],
    ["CI_COMMIT_REF_NAME", { tag: "v1" }, "v1"],
    ["CI_COMMIT_REF_PROTECTED", {}, "true"],
    ["CI_COMMIT_BEFORE_SHA", { tag: "v1" }, "0".repeat(40)],
    ["CI_COMMIT_BEFORE_SHA", { event: "schedule" }, "0".repeat(40)],
    ["CI_PIPELINE_TRIGGERED", { event: "trigger" }, "true"],
    ["CI_PIPELINE_SCHEDULE_DESCRIPTION", { event: "schedule", cron: "nightly" }, "nightly"],
    ["CI_PIPELINE_SOURCE", { event: "web" }, "web"],
    ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME", { event: "merge_request", sourceBranch: "f" }, "main"],
    ["CI_MERGE_REQUEST_TITLE", { event: "merge_request", sourceBranch: "f" }, "title"],
  ])("%s after %j is %j", (name, trigger, value) => {
    expect(valueIn(name, trigger)).toBe(value);
  });

  test("CI_PIPELINE_NAME is the workflow's name", () => {
    const text = "workflow: {name: '$CI_COMMIT_BRANCH run'}\nJ: {script: x, image: a}\n";
    expect(compileJob(text, "J", choices).variables.get("CI_PIPELINE_NAME")?.value).toBe("main run");
  });
});
