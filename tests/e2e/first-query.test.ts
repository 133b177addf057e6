import { describe, expect, test } from "vitest";
import { isSoak } from "../long-suites.ts";
import { CliProject, jobOutput } from "./cli-project.ts";

/** Jobs per image; each asks its own database one question, and asks it once. */
const COUNT = isSoak ? 100 : 5;

/** The start script gets five seconds of work to do, with the temporary server standing by. */
const SLOW_START = `["sh", "-c", "mkdir -p /docker-entrypoint-initdb.d && echo 'sleep 5' > /docker-entrypoint-initdb.d/slow.sh && exec docker-entrypoint.sh postgres"]`;

function pipelineFile(image: string): string {
  const jobs = Array.from({ length: COUNT }, (_, index) => `ask-${index}: {extends: .ask}\n`).join("");
  return `variables:
  POSTGRES_PASSWORD: example
  PGPASSWORD: example
.ask:
  image: postgres:16
  services:
    - name: ${image}
      alias: db
      entrypoint: ${SLOW_START}
  script:
    - psql -h db -U postgres -tAc "select 'answer ' || 41 + 1"
${jobs}`;
}

describe("the first query of a job succeeds while its database needs 5 s to initialise", () => {
  test.each([
    ["the temporary server is on a socket only, as in the official image", "postgres:16"],
    ["the temporary server takes connections over TCP, as in older and derived images", "postgres-tcp-init:latest"],
  ])(
    "%s",
    async (_, image) => {
      using project = new CliProject({ ".gitlab-ci.yml": pipelineFile(image) });
      const result = await project.run(["--services-timeout", "120s"]);
      expect(jobOutput(result)).toEqual(Array.from({ length: COUNT }, () => "answer 42"));
      expect(result.exitCode).toBe(0);
      const ready = result.events.filter((event) => event.type === "service.ready");
      expect(new Set(ready.map(({ probe }) => probe))).toEqual(new Set(["pg_isready"]));
      // The temporary server would answer a query too: ready before the start script's five seconds are over is wrong.
      expect(ready.filter(({ afterMs }) => afterMs < 5_000)).toEqual([]);
    },
    isSoak ? 3_600_000 : 180_000,
  );
});
