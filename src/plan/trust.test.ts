import { describe, expect, test } from "vitest";
import { testJob, testServiceSpec } from "../../tests/test-pipelines.ts";
import type { HostAccess } from "../model/container.ts";
import type { Job } from "../model/pipeline.ts";
import type { Service } from "../model/service.ts";
import { findCapabilities, findRefusals, type Grants } from "./trust.ts";

const at = { file: ".drone.yml", line: 7, column: 9 };
const NOBODY = { trusted: new Set<never>() };

function refusalsOf(asking: Job, choices: Grants, images?: readonly string[]): ReturnType<typeof findRefusals> {
  return findRefusals(asking, choices, { dialect: "drone-0.8", images });
}

function job(over: Partial<Service>): Job {
  return testJob("build", { services: [testServiceSpec("docker:dind", ["dind"], over)] });
}

describe("what a job asks of the host", () => {
  test("all of it is refused at once, with file, line, container, capability and the old words (DR-180, DR-182)", () => {
    const hostAccess: readonly HostAccess[] = [
      {
        capability: "volumes",
        value: "/some/path:/data",
        at,
        path: "services.dind.volumes[0]",
        original: "Insufficient privileges to use volumes",
      },
      { capability: "security", value: "privileged: true", at: { ...at, line: 5 } },
    ];
    expect(refusalsOf(job({ hostAccess }), NOBODY)).toEqual([
      {
        capability: "volumes",
        value: "/some/path:/data",
        job: "build",
        container: "dind",
        at,
        path: "services.dind.volumes[0]",
        original: "Insufficient privileges to use volumes",
        isFullAccess: false,
      },
      {
        capability: "security",
        value: "privileged: true",
        job: "build",
        container: "dind",
        at: { ...at, line: 5 },
        isFullAccess: false,
      },
    ]);
  });

  test("what is granted is listed and not refused (DR-184)", () => {
    const hostAccess = [{ capability: "network", value: "network_mode: host", at }] as const;
    const asking = job({ hostAccess });
    expect(findCapabilities(asking, {})).toMatchObject([{ capability: "network" }]);
    expect(refusalsOf(asking, { trusted: new Set(["network"]) })).toEqual([]);
    expect(refusalsOf(asking, { trusted: new Set(["volumes", "security"]) })).toHaveLength(1);
  });

  test.each(["/var/run/docker.sock:/var/run/docker.sock", "/srv/../var//run/docker.sock:/sock", "/link:/sock"])(
    "%s is full access, and a trusted volume is not enough for it",
    (value) => {
      const hostPath = value.split(":")[0] ?? "";
      const asking = job({ hostAccess: [{ capability: "volumes", value, at, hostPath }] });
      const resolveHostPath = (path: string): string => (path === "/link" ? "/var/run/docker.sock" : path);
      const refusals = refusalsOf(asking, { trusted: new Set(["volumes"]), resolveHostPath });
      expect(refusals).toMatchObject([{ capability: "security", value, isFullAccess: true }]);
    },
  );

  test.each([
    ["/srv/cache", [], ["volumes"]],
    ["/srv/cache", ["/srv/cache"], []],
    ["/srv/cache/deep", ["/srv/cache/"], []],
    ["/srv/cache/../etc", ["/srv/cache"], ["volumes"]],
    ["/srv/cachet", ["/srv/cache"], ["volumes"]],
    ["/link", ["/srv/cache"], ["volumes"]],
    ["/run/docker.sock", ["/run"], ["volumes", "security"]],
    ["/run", ["/"], ["volumes", "security"]],
    ["/run/docker.sock", ["/run/docker.sock"], []],
    ["/dev/kvm", ["/dev/kvm"], []],
  ] as const)("%s with the paths %s granted lacks %s (DR-184)", (hostPath, trustedPaths, lacking) => {
    const asking = job({ hostAccess: [{ capability: "volumes", value: `${hostPath}:/x`, at, hostPath }] });
    const resolveHostPath = (path: string): string => (path === "/link" ? "/etc" : path);
    const refusals = refusalsOf(asking, { ...NOBODY, trustedPaths, resolveHostPath });
    expect(refusals.map(({ capability }) => capability)).toEqual(lacking);
  });

  test.each<[string, readonly string[], Partial<Service>, number]>([
    ["nothing", [], {}, 1],
    ["the tag", ["docker:dind"], {}, 0],
    ["another tag", ["docker:20-dind"], {}, 1],
    ["the name", ["docker"], {}, 0],
    ["the full name", ["index.docker.io/library/docker:dind"], {}, 0],
    ["the tag, but it is told what to run", ["docker:dind"], { command: ["sh"] }, 1],
    [
      "the tag, but it mounts",
      ["docker:dind"],
      { volumes: [{ kind: "named", source: "a", target: "/a", readOnly: false, lifetime: "job" }] },
      1,
    ],
  ])("privilege with %s on the list (DR-195, DR-199)", (_, images, over, count) => {
    const asking = job({ privileged: true, ...over });
    expect(refusalsOf(asking, NOBODY, images)).toHaveLength(count);
  });

  test.each<[string, Partial<Service>, string]>([
    ["privilege", { privileged: true }, "security"],
    ["a folder of the host", { volumes: [{ kind: "host", source: "/a", target: "/b", readOnly: true }] }, "volumes"],
    ["a volume of the engine", { volumes: [{ kind: "named", source: "a", target: "/b", readOnly: false }] }, "volumes"],
    ["a device", { devices: [{ source: "/dev/x", target: "/dev/x", permissions: "rwm" }] }, "volumes"],
    ["a capability", { capAdd: ["SYS_ADMIN"] }, "security"],
    ["the host's network", { networkMode: "host" }, "network"],
    ["the host's processes' memory", { ipcMode: "host" }, "security"],
    ["another network", { networks: ["office"] }, "network"],
    ["to live where memory ends", { oomKillDisable: true }, "security"],
    ["the host's processes", { pidMode: "host" }, "security"],
    ["the host's users", { usernsMode: "host" }, "security"],
    ["a security option", { securityOpt: ["seccomp=unconfined"] }, "security"],
    ["a group", { groupAdd: ["docker"] }, "security"],
    ["a group of limits", { cgroupParent: "/x" }, "security"],
    ["volumes of a container", { volumesFrom: ["x"] }, "volumes"],
  ])("%s is asked for whether the dialect says so or not (DR-179)", (_, option, capability) => {
    expect(refusalsOf(job(option), NOBODY)).toMatchObject([{ capability, container: "dind" }]);
    const named = [{ capability, value: "said", at }] as readonly HostAccess[];
    expect(refusalsOf(job({ ...option, hostAccess: named }), NOBODY)).toMatchObject([{ value: "said" }]);
  });

  test.each<[string, Partial<Service>]>([
    ["no network", { networkMode: "none" }],
    [
      "a volume of the job",
      { volumes: [{ kind: "named", source: "a", target: "/b", readOnly: false, lifetime: "job" }] },
    ],
    ["limits", { memoryBytes: 1, cpus: 1, capDrop: ["ALL"] }],
  ])("%s is nobody's business but the job's (DR-118, DR-204)", (_, option) => {
    expect(findCapabilities(job(option), {})).toEqual([]);
  });
});
