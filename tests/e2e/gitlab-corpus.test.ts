import { describe, expect, test } from "vitest";
import type { Job } from "../../src/model/pipeline.ts";
import type { Service } from "../../src/model/service.ts";
import { compileGitlab } from "../compile-gitlab.ts";
import { inFull, isSoak, sampleOf } from "../long-suites.ts";
import { hasSharedFolder } from "../shared-folder.ts";
import { CliProject } from "./cli-project.ts";
import { expectAnswers, missingPassword, probesOf, readPublicFile, standInOf } from "./corpus-probes.ts";
import { canBePrivileged } from "./test-engine.ts";

/**
 * Public files, included as they are into a small one that says anew what one job of each executes: a probe of every
 * service. Their own commands never are. The rest of the job is the file's: variables, rules, extends, matrix, defaults.
 */
interface Row {
  readonly file: string;
  readonly jobs: readonly string[];
  /** Files of the same project that are included and not there. */
  readonly files?: Readonly<Record<string, string>>;
  /** What of the event lets the rules of the file take the job in. */
  readonly event?: readonly string[];
}

const FILES: readonly Row[] = [
  { file: "D4uS1__ez-on-rails", jobs: ["rspec"] },
  { file: "DIAL-Community__product-registry", jobs: ["build_rails"] },
  { file: "NetDiver-OSS__NetAM", jobs: ["ruby:test"] },
  { file: "Sapphire-CM__Sapphire", jobs: ["db-migrate-reset:mysql:ruby2.1", "db-migrate-reset:postgres:ruby2.1"] },
  {
    file: "TikiWiki__tiki-manager",
    jobs: ["unit-tests: [7.4]"],
    files: { ".gitlab-ci/stage-functional-tests-local-git.yml": "{}" },
  },
  { file: "YaleSTC__reservations", jobs: ["rails_test"] },
  { file: "appcompass__form-builder", jobs: ["test:app"] },
  { file: "danyspin97__PhpBotFramework", jobs: ["test:app"] },
  { file: "djilet__trebono", jobs: ["testing-test"], event: ["--variable", "SYSTEM_CF_OR_K8S=CF"] },
  { file: "internetmango__mini_commerce", jobs: ["rspec"] },
  { file: "misasa__medusa", jobs: ["rspec"] },
  { file: "octopusinvitro__players-api", jobs: ["rspec"] },
  { file: "smartfactory-gmbh__kync", jobs: ["test-application"] },
  { file: "unikent__astro", jobs: ["test"] },
];

const IN_EVERY_RUN = 6;
const HOW_MANY = isSoak ? "all" : `${IN_EVERY_RUN} of ${FILES.length}; all: ${inFull("e2e/gitlab-corpus")}`;

/** With an engine of their own beside them. */
const PRIVILEGED: readonly Row[] = [
  { file: "Lunar-Logic-US__OxForMongo", jobs: ["test"] },
  { file: "markheramis__laravel-restful-api", jobs: ["build-docker"] },
];

const CAN_BE_PRIVILEGED = await canBePrivileged();

/** The service as the file has it, but for its image, and the command and variables that the image alone understands. */
function toEntry(service: Service): unknown {
  const password = missingPassword(service);
  const forEngine = standInOf(service).port === 2375 ? [["DOCKER_TLS_CERTDIR", ""] as const] : [];
  const added = password === undefined ? forEngine : [password];
  const own = [...service.variables].flatMap(([name, { value, origin }]) =>
    origin === "service" ? [[name, value] as const] : [],
  );
  return {
    name: standInOf(service).image,
    ...(service.aliases?.length ? { alias: service.aliases.join(",") } : {}),
    variables: Object.fromEntries([...own, ...added]),
  };
}

/** The keys of a job that say what it executes and what it waits for; the public file has the rest. */
function overrideOf(job: Job): unknown {
  return {
    image: "busybox",
    services: job.services.map(toEntry),
    needs: [],
    before_script: [],
    script: probesOfJob(job),
    after_script: [],
    hooks: { pre_get_sources_script: [] },
    cache: [],
  };
}

function findJobs(text: string, { jobs, files = {} }: Row): readonly Job[] {
  const { pipeline, diagnostics } = compileGitlab(text, { files });
  return jobs.map((name) => {
    const job = pipeline?.jobs.find((one) => one.name === name);
    if (job === undefined) throw new Error(`no job "${name}": ${JSON.stringify(diagnostics)}`);
    return job;
  });
}

function probesOfJob(job: Job): readonly string[] {
  return job.services.flatMap((service) => probesOf(service, service.hostNames));
}

/** Fails unless the probes are all that a job would execute. */
function expectNothingBut(probes: readonly string[], job: Job | undefined): void {
  expect(job?.steps.map(({ scripts }) => scripts.map(({ kind, commands }) => [kind, commands]))).toEqual([
    [["main", probes]],
  ]);
  expect(job?.beforeSources ?? []).toEqual([]);
}

async function probe(row: Row, argv: readonly string[]): Promise<void> {
  const text = readPublicFile(`gitlab/${row.file}.yml`);
  const jobs = findJobs(text, row);
  const overrides = jobs.map((job) => [job.instance?.of ?? job.name, overrideOf(job)] as const);
  const root = JSON.stringify({ include: "public.yml", ...Object.fromEntries(overrides) });
  const files = { "public.yml": text, ...row.files };
  const overridden = findJobs(root, { ...row, files });
  for (const [index, job] of jobs.entries()) expectNothingBut(probesOfJob(job), overridden[index]);
  using project = new CliProject({ ".gitlab-ci.yml": root, ...files });
  expectAnswers(await project.run([...row.jobs, "--offline", ...argv, ...(row.event ?? [])]), overridden);
}

describe.skipIf(!hasSharedFolder).concurrent(`services of public GitLab files answer their job (${HOW_MANY})`, () => {
  test.each(sampleOf(FILES, IN_EVERY_RUN))("$file", async (row) => await probe(row, []));

  test.runIf(CAN_BE_PRIVILEGED).each(PRIVILEGED)("$file, with trust", async (row) => {
    await probe(row, ["--trusted=security"]);
  });
});
