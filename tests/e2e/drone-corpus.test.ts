import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DialectId, Job, Service } from "../../src/model/pipeline.ts";
import { compileDrone } from "../compile-drone.ts";
import { type StandInRecipe, standInFor } from "../images/stand-ins.ts";
import { hasSharedFolder, SHARED_FOLDER } from "../shared-folder.ts";
import { CliProject, eventOf } from "./cli-project.ts";

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

interface StandIn {
  readonly image: string;
  readonly port: number;
  /** What its image wants before it starts, unless the file gives it. */
  readonly password?: readonly [name: string, value: string];
}

const STAND_INS: Partial<Readonly<Record<StandInRecipe, StandIn>>> = {
  memcached: { image: "memcached:latest", port: 11211 },
  mysql: { image: "mysql:latest", port: 3306, password: ["MYSQL_ALLOW_EMPTY_PASSWORD", "yes"] },
  postgres: { image: "postgres:latest", port: 5432, password: ["POSTGRES_PASSWORD", "example"] },
  redis: { image: "redis:latest", port: 6379 },
};

function standInOf(service: Service): StandIn {
  const found = STAND_INS[standInFor(service.image.text) ?? "quiet"];
  if (found === undefined) throw new Error(`nothing stands in for ${service.image.text}`);
  return found;
}

/** What the file itself says, without the system's own. */
function environmentOf(service: Service): Readonly<Record<string, string>> {
  const own = [...service.variables].flatMap(([name, { value, origin }]) => (origin === "file" ? [[name, value]] : []));
  const { password } = standInOf(service);
  const hasPassword = own.some(([name = ""]) => /PASSWORD|HOST_AUTH/.test(name));
  return Object.fromEntries(password === undefined || hasPassword ? own : [...own, password]);
}

function probeOf(job: Job): { readonly image: string; readonly commands: readonly string[] } {
  const commands = job.services.flatMap((service) => {
    const hosts = job.network === "shared" ? [service.label, "127.0.0.1"] : [service.label];
    return hosts.map((host) => `echo | nc -w 2 ${host} ${standInOf(service).port}`);
  });
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
  const text = readFileSync(join(SHARED_FOLDER, "corpus", file), "utf8");
  const path = file.startsWith("woodpecker/") ? ".woodpecker.yml" : ".drone.yml";
  const { pipeline, dialect } = await compileDrone(text, { file: path });
  const job = pipeline?.jobs.find(({ services }) => services.length > 0);
  if (job === undefined) throw new Error(`${file} has no job with services`);
  return { dialect, job };
}

describe.skipIf(!hasSharedFolder).concurrent("services of public files answer their job", () => {
  test.each(FILES)("%s", async (file) => {
    const { dialect, job } = await firstJob(file);
    const path = dialect === "woodpecker" ? ".woodpecker.yml" : ".drone.yml";
    using project = new CliProject({ [path]: smallFile(dialect, job) });
    const result = await project.run(["--dialect", dialect, "--network", job.network]);
    expect(result.stderr).not.toContain("cause:");
    expect(result.exitCode).toBe(0);
    expect(eventOf(result, "job.finished").state).toBe("passed");
    const ready = result.events.flatMap((event) => (event.type === "service.ready" ? [event.service] : []));
    expect(ready.toSorted()).toEqual(job.services.map(({ label }) => label).toSorted());
  });
});
