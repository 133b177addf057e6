import { describe, test } from "vitest";
import type { DialectId, Job } from "../../src/model/pipeline.ts";
import type { Service } from "../../src/model/service.ts";
import { compileDrone } from "../compile-drone.ts";
import { inFull, isSoak, sampleOf } from "../long-suites.ts";
import { hasSharedFolder } from "../shared-folder.ts";
import { CliProject } from "./cli-project.ts";
import { expectAnswers, missingPassword, probesOf, readPublicFile, standInOf } from "./corpus-probes.ts";

/**
 * Public files, run with stand-ins for their services. Their commands are never executed: a small file of the same
 * dialect is made of the services of one job, and its only step dials each of them.
 */
const FILES: readonly string[] = [
  "drone/macat__Nagios.yml",
  "drone/harness__harness.yml",
  "drone/FramgiaDockerTeam__drone-rocketeer-deploy-demo.yml",
  "drone/laszlocph__woodpecker.yml",
  "drone/TorinAsakura__avrs-api.yml",
  "drone/nextcloud__circles.yml",
  "drone/UKHomeOffice__RefData.yml",
  "drone/Byteflair__auth-server.yml",
  "drone/joomla-framework__cache.yml",
  "drone/joomla-framework__session.yml",
  "drone/friendica__friendica.yml",
  "woodpecker/friendica__friendica.yml",
  "woodpecker/Nutomic__ibis.yml",
];

const IN_EVERY_RUN = 5;
const HOW_MANY = isSoak ? "all" : `${IN_EVERY_RUN} of ${FILES.length}; all: ${inFull("e2e/drone-corpus")}`;

/** What the file itself says, without the system's own, and the password it lacks. */
function environmentOf(service: Service): Readonly<Record<string, string>> {
  const own = [...service.variables].flatMap(([name, { value, origin }]) => (origin === "file" ? [[name, value]] : []));
  const password = missingPassword(service);
  return Object.fromEntries(password === undefined ? own : [...own, password]);
}

function probeOf(job: Job): { readonly image: string; readonly commands: readonly string[] } {
  const commands = job.services.flatMap((service) =>
    probesOf(service, job.network === "shared" ? [service.label, "127.0.0.1"] : [service.label]),
  );
  return { image: "busybox", commands };
}

/** JSON is YAML. */
function smallFile(dialect: DialectId, job: Job): string {
  const probe = probeOf(job);
  const entries = job.services.map(
    (service) => [service.label, { image: standInOf(service).image, environment: environmentOf(service) }] as const,
  );
  const services = Object.fromEntries(entries);
  const list = entries.map(([name, service]) => ({ name, ...service }));
  switch (dialect) {
    case "drone-0.3":
      return JSON.stringify({ image: probe.image, script: probe.commands, services: list.map(({ image }) => image) });
    case "drone-0.4":
      return JSON.stringify({ build: probe, compose: services });
    case "drone-1":
      return JSON.stringify({ kind: "pipeline", name: "probe", steps: [{ name: "probe", ...probe }], services: list });
    case "woodpecker":
      return JSON.stringify({ steps: { probe }, services: list });
    default:
      return JSON.stringify({ pipeline: { probe }, services });
  }
}

/** The first job with services, whether this event would start it or not. */
async function firstJob(file: string): Promise<{ readonly dialect: DialectId; readonly job: Job }> {
  const text = readPublicFile(file);
  const path = file.startsWith("woodpecker/") ? ".woodpecker.yml" : ".drone.yml";
  const { pipeline, dialect } = await compileDrone(text, { file: path });
  const job = pipeline?.jobs.find(({ services }) => services.length > 0);
  if (job === undefined) throw new Error(`${file} has no job with services`);
  return { dialect, job };
}

describe.skipIf(!hasSharedFolder).concurrent(`services of public files answer their job (${HOW_MANY})`, () => {
  test.each(sampleOf(FILES, IN_EVERY_RUN))("%s", async (file) => {
    const { dialect, job } = await firstJob(file);
    const path = dialect === "woodpecker" ? ".woodpecker.yml" : ".drone.yml";
    using project = new CliProject({ [path]: smallFile(dialect, job) });
    const result = await project.run(["--dialect", dialect, "--network", job.network]);
    expectAnswers(result, [job]);
  });
});
