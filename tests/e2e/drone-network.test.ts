import { describe, expect, test } from "vitest";
import { CliProject, eventOf, jobOutput } from "./cli-project.ts";
import { canBePrivileged, leftBy } from "./test-engine.ts";

const SERVICES = `
  cache:
    image: redis
  database:
    image: postgres
    environment:
      - POSTGRES_USER=postgres
      - POSTGRES_PASSWORD=mysecretpassword
`;

const ASK = 'PGPASSWORD=mysecretpassword psql -h HOST -U postgres -tAc "select 1"';

/** A file with the services of the document and one step that asks the database at a host. */
function file(section: string, host: string): string {
  return `${section}:\n  test:\n    image: postgres\n    commands:\n      - ${ASK.replace("HOST", host)}\nservices:${SERVICES}`;
}

const CAN_BE_PRIVILEGED = await canBePrivileged();

describe("where services of Drone files answer", () => {
  test.each<[string, string, readonly string[]]>([
    ["at localhost, in the week of the document", file("script", "127.0.0.1"), []],
    ["by name there as well (DR-100)", file("script", "database"), []],
    ["at localhost in a file of 0.5", file("pipeline", "localhost"), ["--dialect", "drone-0.5"]],
    ["by name in a file of 0.8", file("pipeline", "database"), ["--dialect", "drone-0.8"]],
    ["by name where the person says bridge", file("script", "database"), ["--network", "bridge"]],
  ])("%s", async (_, text, argv) => {
    using project = new CliProject({ ".drone.yml": text });
    const result = await project.run(argv);
    expect(result.stderr).not.toContain("cause:");
    expect(jobOutput(result)).toEqual(["1"]);
    expect(result.exitCode).toBe(0);
    expect(await leftBy(result)).toEqual([]);
  });

  test("localhost in bridge mode fails, and the cause names the service and the way out (DR-112, DR-113)", async () => {
    using project = new CliProject({ ".drone.yml": file("pipeline", "localhost") });
    const result = await project.run(["--network", "bridge"]);
    expect(result.exitCode).toBe(1);
    expect(eventOf(result, "run.finished").cause).toMatchObject({
      kind: "script_localhost",
      hint: expect.stringContaining("database:5432"),
    });
  });

  test.skipIf(!CAN_BE_PRIVILEGED)("docker-in-docker with trust is at tcp://127.0.0.1:2375 in shared mode", async () => {
    using project = new CliProject({
      ".drone.yml": `script:
  test:
    image: docker:20.10.16
    environment: [ "DOCKER_HOST=tcp://127.0.0.1:2375" ]
    commands: [ "docker info --format '{{.ServerVersion}}' | grep -c ." ]
services:
  dind:
    image: docker:dind
    privileged: true
    environment: [ "DOCKER_TLS_CERTDIR=" ]
`,
    });
    expect((await project.run()).exitCode).toBe(5);
    const result = await project.run(["--trusted=security"]);
    expect(jobOutput(result)).toEqual(["1"]);
    expect(result.exitCode).toBe(0);
  });
});
