import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Job } from "../../src/model/pipeline.ts";
import type { Service } from "../../src/model/service.ts";
import { type StandInRecipe, standInFor } from "../images/stand-ins.ts";
import { SHARED_FOLDER } from "../shared-folder.ts";
import type { CliResult } from "./cli-project.ts";

/** What the suites of public files share: an image that stands in for a service's, and lines that ask each service. */
export interface StandIn {
  readonly image: string;
  readonly port: number;
  /** What its image wants before it starts, unless the file gives it. */
  readonly password?: readonly [name: string, value: string];
  /** The variables by which a file may give it. */
  readonly passwordNames?: RegExp;
}

const MYSQL = /^(?:MYSQL|MARIADB)_(?:(?:RANDOM_)?ROOT_PASSWORD|ALLOW_EMPTY_PASSWORD)$/;
const POSTGRES = /^POSTGRES_(?:PASSWORD|HOST_AUTH_METHOD)$/;

const STAND_INS: Partial<Readonly<Record<StandInRecipe, StandIn>>> = {
  dind: { image: "docker:dind", port: 2375 },
  memcached: { image: "memcached:latest", port: 11211 },
  mysql: { image: "mysql:latest", port: 3306, password: ["MYSQL_ALLOW_EMPTY_PASSWORD", "yes"], passwordNames: MYSQL },
  postgres: {
    image: "postgres:latest",
    port: 5432,
    password: ["POSTGRES_PASSWORD", "example"],
    passwordNames: POSTGRES,
  },
  redis: { image: "redis:latest", port: 6379 },
  selenium: { image: "selenium/standalone-firefox:latest", port: 4444 },
};

export function readPublicFile(name: string): string {
  return readFileSync(join(SHARED_FOLDER, "corpus", name), "utf8");
}

/** @throws when nothing can stand in for its image. */
export function standInOf(service: Service): StandIn {
  const found = STAND_INS[standInFor(service.image.text) ?? "quiet"];
  if (found === undefined) throw new Error(`nothing stands in for ${service.image.text}`);
  return found;
}

/** The password that the service's image wants and its file does not give. */
export function missingPassword(service: Service): StandIn["password"] {
  const { password, passwordNames } = standInOf(service);
  const hasOwn = [...service.variables].some(([name, { value }]) => value !== "" && passwordNames?.test(name) === true);
  return hasOwn ? undefined : password;
}

/** One line for each host name: it fails where nobody listens. */
export function probesOf(service: Service, hosts: readonly string[]): readonly string[] {
  return hosts.map((host) => `echo | nc -w 2 ${host} ${standInOf(service).port}`);
}

/** Every job passed, and every service of it was seen to be ready. */
export function expectAnswers(result: CliResult, jobs: readonly Job[]): void {
  expect(result.stderr).not.toContain("cause:");
  expect(result.exitCode).toBe(0);
  const ends = result.events.flatMap((event) => (event.type === "job.finished" ? [event.state] : []));
  expect(ends).toEqual(jobs.map(() => "passed"));
  const ready = result.events.flatMap((event) => (event.type === "service.ready" ? [event.service] : []));
  const services = jobs.flatMap((job) => job.services.map(({ label }) => label));
  expect(ready.toSorted()).toEqual(services.toSorted());
}
