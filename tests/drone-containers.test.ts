import { describe, expect, test } from "vitest";
import type { Service } from "../src/model/service.ts";
import type { Step } from "../src/model/step.ts";
import { findCapabilities } from "../src/plan/trust.ts";
import { compileDrone, compileDroneJob, type DroneChoices, serviceOf, stepOf, valuesOf } from "./compile-drone.ts";

const HEADS: Readonly<Record<string, (body: string) => string>> = {
  "drone-0.4": (body) => `build: {image: go, commands: [a]}\ncompose:\n  db: {image: pg, ${body}}\n`,
  "drone-0.5": (body) => `script: {t: {image: go, commands: [a]}}\nservices:\n  db: {image: pg, ${body}}\n`,
  "drone-0.8": (body) => `pipeline: {t: {image: go, group: g, commands: [a]}}\nservices:\n  db: {image: pg, ${body}}\n`,
  "drone-1": (body) =>
    `kind: pipeline\nsteps: [{name: t, image: go, commands: [a]}]\nservices:\n- {name: db, image: pg, ${body}}\nvolumes:\n- {name: data, temp: {}}\n- {name: ram, temp: {medium: memory, size_limit: 1g}}\n- {name: sock, host: {path: /var/run/docker.sock}}\n- {name: usb, host: {path: /dev/ttyUSB0}}\n`,
  woodpecker: (body) => `steps: {t: {image: go, commands: a}}\nservices:\n  db: {image: pg, ${body}}\n`,
};
const ALL = Object.keys(HEADS);

async function serviceWith(dialect: string, body: string, choices: DroneChoices = {}): Promise<Service> {
  return serviceOf(await compileDroneJob(HEADS[dialect]?.(body) ?? "", choices), "db");
}

/** Every form of every key, and what becomes of it, in every dialect (DR-60, DR 1.9). */
const forms: readonly (readonly [string, Partial<Service>])[] = [
  ["command: redis-server --appendonly yes", { command: ["redis-server", "--appendonly", "yes"] }],
  ["command: [a, b c]", { command: ["a", "b c"] }],
  ["entrypoint: /bin/sh -c", { entrypoint: ["/bin/sh", "-c"] }],
  ["entrypoint: [x]", { entrypoint: ["x"] }],
  ["extra_hosts: 'a:1.2.3.4'", { extraHosts: ["a:1.2.3.4"] }],
  ["extra_hosts: {a: 1.2.3.4}", { extraHosts: ["a:1.2.3.4"] }],
  ["dns: 8.8.8.8, dns_search: [a, b]", { dns: ["8.8.8.8"], dnsSearch: ["a", "b"] }],
  ["network_mode: none", { networkMode: "none", hostAccess: [] }],
  ["net: bridge", { networkMode: "bridge" }],
  [
    "shm_size: 256m, mem_limit: 1g, memswap_limit: -1",
    { shmBytes: 2 ** 28, memoryBytes: 2 ** 30, memorySwapBytes: -1 },
  ],
  ["mem_limit: 268435456", { memoryBytes: 2 ** 28 }],
  [
    "cpu_quota: 50000, cpu_shares: 512, cpuset: '0-1,3', cpus: 0.5",
    { cpuQuota: 50_000, cpuShares: 512, cpuset: "0-1,3", cpus: 0.5 },
  ],
  ["user: '1000', working_dir: sub", { user: "1000" }],
  ["backend_options: {docker: {user: '5'}}", { user: "5" }],
  [
    "ports: [5432, '53/udp', '8080:80']",
    {
      ports: [
        { port: 5432, protocol: "tcp" },
        { port: 53, protocol: "udp" },
        { port: 80, protocol: "tcp" },
      ],
    },
  ],
  ["auth_config: {username: u, password: p}", { registryAuth: { username: "u", password: "p" } }],
  [
    "labels: [a=b], sysctls: {net.x: 1}, ipc_mode: host",
    { labels: new Map([["a", "b"]]), sysctls: new Map([["net.x", "1"]]), ipcMode: "host" },
  ],
  ["cap_add: [SYS_ADMIN], cap_drop: ALL", { capAdd: ["SYS_ADMIN"], capDrop: ["ALL"] }],
  ["pid: host, userns_mode: host", { pidMode: "host", usernsMode: "host" }],
  [
    "security_opt: seccomp=unconfined, group_add: [audio], cgroup_parent: /x",
    { securityOpt: ["seccomp=unconfined"], groupAdd: ["audio"], cgroupParent: "/x" },
  ],
  ["volumes_from: [other, 'data:ro']", { volumesFrom: ["other", "data:ro"] }],
  [
    "ulimits: {nofile: 1024, nproc: {soft: 1, hard: 2}}",
    {
      ulimits: [
        { name: "nofile", soft: 1024, hard: 1024 },
        { name: "nproc", soft: 1, hard: 2 },
      ],
    },
  ],
  ["networks: {default: {aliases: [pg.local]}, other: {}}", { networks: ["other"] }],
  ["failure: ignore", { whenDeadInUse: "ignore" }],
  ["failure: cancel", { whenDeadInUse: "fail" }],
  ["tmpfs: /x", { tmpfs: ["/x"] }],
  ["devices: /dev/null", { devices: [{ source: "/dev/null", target: "/dev/null", permissions: "rwm" }] }],
  ["devices: ['/dev/a:/dev/b:r']", { devices: [{ source: "/dev/a", target: "/dev/b", permissions: "r" }] }],
  [
    "volumes: ['/a:/b', 'data:/c:ro']",
    {
      volumes: [
        { kind: "host", source: "/a", target: "/b", readOnly: false },
        { kind: "named", source: "data", target: "/c", readOnly: true },
      ],
    },
  ],
  ["healthcheck: {test: [CMD, pg_isready]}", { ownReadiness: { probe: { kind: "command", argv: ["pg_isready"] } } }],
  [
    "healthcheck: {test: pg_isready -q}",
    { ownReadiness: { probe: { kind: "command", argv: ["/bin/sh", "-c", "pg_isready -q"] } } },
  ],
  ["healthcheck: {disable: true}", { ownReadiness: { probe: { kind: "none" } } }],
  [
    "x-outrigger: {ready: {tcp: [1, 2]}, timeout: 90s}",
    { ownReadiness: { probe: { kind: "tcp", ports: [1, 2] }, timeoutMs: 90_000 } },
  ],
  [
    "x-outrigger: {ready: none, aliases: [postgres]}",
    { ownReadiness: { probe: { kind: "none" } }, hostNames: ["db", "postgres"] },
  ],
  ["pull: always", { image: { text: "pg", pullPolicy: ["always"], at: { file: ".drone.yml", line: 3, column: 21 } } }],
];

describe("service options in every dialect (DR-60, DR-77)", () => {
  test.each(ALL.flatMap((dialect) => forms.map(([body, expected]) => [dialect, body, expected] as const)))(
    "%s: %s",
    async (dialect, body, expected) => {
      const { image, ...rest } = expected;
      const service = await serviceWith(dialect, body);
      expect(service).toMatchObject(rest);
      if (image !== undefined) expect(service.image.pullPolicy).toEqual(image.pullPolicy);
    },
  );

  /** What every value of the key asks of the host, in every dialect. */
  test.each(
    ALL.flatMap((dialect) =>
      [
        ["pid: host", "security", "host"],
        ["userns_mode: host", "security", "host"],
        ["security_opt: [a, b]", "security", "a"],
        ["group_add: audio", "security", "audio"],
        ["cgroup_parent: /x", "security", "/x"],
        ["cap_add: [SYS_ADMIN]", "security", "SYS_ADMIN"],
        ["ipc_mode: host", "security", "host"],
        ["volumes_from: [other]", "volumes", "other"],
      ].map(([body, capability, value]) => [dialect, body, capability, value] as const),
    ),
  )("%s: %s needs %s (DR-179)", async (dialect, body, capability, value) => {
    const service = await serviceWith(dialect, body ?? "");
    expect(service.hostAccess[0]).toMatchObject({ capability, value, path: expect.stringContaining(".db.") });
  });

  test.each(ALL)("%s: no key of the table is unknown (DR 1.9)", async (dialect) => {
    const keys =
      "name image pull environment command entrypoint commands volumes devices tmpfs privileged net network_mode extra_hosts " +
      "dns dns_search shm_size mem_limit memswap_limit cpu_quota cpu_shares cpuset cpus user working_dir ports secrets " +
      "auth_config labels sysctls ipc_mode networks cap_add cap_drop ulimits when depends_on detach failure healthcheck " +
      "volumes_from shell links pid userns_mode security_opt group_add cgroup_parent";
    for (const key of keys.split(" ").filter((word) => word !== "image")) {
      const { findings } = await compileDrone(HEADS[dialect]?.(`${key}: `) ?? "");
      expect(findings.filter((one) => one.includes("unknown-key"))).toEqual([]);
    }
  });

  test.each(ALL)("%s: environment as a list or a map, spelling kept, null left out (DR-335)", async (dialect) => {
    const list = await serviceWith(dialect, "environment: [A=yes, B=1=2, C]");
    expect(valuesOf(list)).toMatchObject({ A: "yes", B: "1=2", C: "" });
    const map = await serviceWith(dialect, "environment: {A: yes, B: 0644, C: 1.10, D: null, E: ''}");
    expect(valuesOf(map)).toMatchObject({ A: "yes", B: "0644", C: "1.10", E: "" });
    expect(map.variables.has("D")).toBe(false);
  });

  test.each(ALL)("%s: commands of a service become its main process (DR-336)", async (dialect) => {
    const service = await serviceWith(dialect, "commands: [cd /x, docker-entrypoint.sh -c fsync=off]");
    expect(service.entrypoint).toEqual(["/bin/sh", "-c"]);
    expect(service.command).toEqual(["set -e\ncd /x\nexec docker-entrypoint.sh -c fsync=off"]);
    const piped = await serviceWith(dialect, "commands: ['a | b']");
    expect(piped.command).toEqual(["set -e\na | b"]);
  });

  test("names of all kinds of hosts (DR-101)", async () => {
    const job = await compileDroneJob("pipeline: {t: {image: go, group: g}}\nservices: {My_Db: {image: pg}}\n");
    expect(serviceOf(job, "My_Db").hostNames).toEqual(["My_Db", "my_db", "My-Db", "my-db"]);
  });

  test("Drone 1's volumes: temp is the job's, memory is a tmpfs, the socket is everything (DR-61, DR-204)", async () => {
    const body =
      "volumes: [{name: data, path: /d}, {name: ram, path: /r}, {name: sock, path: /s}], devices: [{name: usb, path: /dev/u}]";
    const service = await serviceWith("drone-1", body);
    expect(service.volumes).toEqual([
      { kind: "named", source: "data", target: "/d", readOnly: false, lifetime: "job" },
      { kind: "host", source: "/var/run/docker.sock", target: "/s", readOnly: false },
    ]);
    expect(service.tmpfs).toEqual(["/r:size=1073741824"]);
    expect(service.devices).toEqual([{ source: "/dev/ttyUSB0", target: "/dev/u", permissions: "rwm" }]);
    expect(service.hostAccess.map(({ capability, hostPath }) => [capability, hostPath])).toEqual([
      ["volumes", undefined],
      ["volumes", "/var/run/docker.sock"],
      ["volumes", "/dev/ttyUSB0"],
    ]);
  });

  test.each(["/var/run/docker.sock:/x", "//var/run//docker.sock:/x", "/run:/x", "/:/host", "/var/run/:/x"])(
    "%s is named as full access",
    async (volume) => {
      const job = await compileDroneJob(HEADS["drone-0.8"]?.(`volumes: ['${volume}']`) ?? "");
      const uses = findCapabilities(job, {});
      expect(uses.map(({ capability, isFullAccess }) => [capability, isFullAccess])).toEqual([
        ["volumes", true],
        ["security", true],
      ]);
    },
  );

  test("a tmpfs at /run is a path of the container, and no access to the host's (DR-175)", async () => {
    const job = await compileDroneJob(HEADS["drone-0.8"]?.("tmpfs: [/run]") ?? "");
    expect(findCapabilities(job, {})).toMatchObject([{ capability: "volumes", isFullAccess: false }]);
  });

  test("a path without a colon: nothing in 0.4, a volume of the job's own later (DR-41, DR-201)", async () => {
    expect((await serviceWith("drone-0.4", "volumes: [/data]")).volumes).toEqual([]);
    const later = await serviceWith("drone-0.5", "volumes: [/data]");
    expect(later.volumes).toMatchObject([{ kind: "named", target: "/data", lifetime: "job" }]);
    expect(later.hostAccess).toEqual([]);
  });

  test("every asked thing has its place and the old words (DR-180, DR-182)", async () => {
    const service = await serviceWith("drone-0.8", "privileged: true, volumes: ['/some/path:/data'], cap_add: [X]");
    expect(service.privileged).toBe(true);
    expect(service.hostAccess).toMatchObject([
      {
        capability: "security",
        value: "privileged: true",
        original: "Insufficient privileges to use privileged mode",
        path: "services.db.privileged",
        at: { line: 3 },
      },
      { capability: "volumes", value: "/some/path:/data", path: "services.db.volumes[0]" },
      { capability: "security", value: "X", path: "services.db.cap_add[0]" },
    ]);
  });

  test("0.4 gave extra_hosts to everybody, and so do we, with a word (DR-179)", async () => {
    const text = HEADS["drone-0.4"]?.("extra_hosts: ['a:1.2.3.4']") ?? "";
    const { pipeline, findings } = await compileDrone(text);
    expect(pipeline?.jobs[0]?.services[0]?.hostAccess).toEqual([]);
    expect(findings.join()).toContain("extra-hosts");
  });

  test("0.4 and 0.5 take the name for the image (DR-149)", async () => {
    const job = await compileDroneJob("build: {image: go, commands: [a]}\ncompose: {redis: , memcached: {}}\n");
    expect(job.services.map((service) => service.image.text)).toEqual(["redis", "memcached"]);
  });

  test("services get the system's variables from 0.5 on, and no secrets they did not ask for (DR-266 to DR-271)", async () => {
    const secrets = { token: "geheim" };
    expect(valuesOf(await serviceWith("drone-0.4", "pull: false", { secrets }))).toEqual({});
    for (const dialect of ["drone-0.5", "drone-0.8", "drone-1"]) {
      const values = valuesOf(await serviceWith(dialect, "pull: false", { secrets }));
      expect(values).toMatchObject({ DRONE_REPO: "octocat/hello" });
      expect(values).not.toHaveProperty("token");
    }
  });
});

describe("variables from outside", () => {
  test.each(ALL)("%s: they reach steps and services, and win over the file's own", async (dialect) => {
    const variables = { MINE: "1", A: "new", DRONE_BRANCH: "other" };
    const job = await compileDroneJob(HEADS[dialect]?.("environment: [A=old, B=b]") ?? "", { variables });
    expect(valuesOf(serviceOf(job, "db"))).toMatchObject({ ...variables, B: "b" });
    for (const step of job.steps) expect(valuesOf(step)).toMatchObject(variables);
  });

  test.each(ALL)("%s: a hidden one reaches steps, and services that name it (DR-271)", async (dialect) => {
    const choices = { variables: { A: "geheim", TOKEN: "geheimer" }, masked: ["A", "TOKEN"] };
    const job = await compileDroneJob(HEADS[dialect]?.("environment: [A=old]") ?? "", choices);
    expect(valuesOf(serviceOf(job, "db"))).toMatchObject({ A: "geheim" });
    expect(valuesOf(serviceOf(job, "db"))).not.toHaveProperty("TOKEN");
    for (const step of job.steps) expect(valuesOf(step)).toMatchObject({ A: "geheim", TOKEN: "geheimer" });
  });
});

describe("steps", () => {
  const step = async (text: string, name: string, choices: DroneChoices = {}): Promise<Step> =>
    stepOf(await compileDroneJob(text, choices), name);

  test("0.5 to 0.8: unknown keys of a plugin are its settings (DR-29, DR-34)", async () => {
    const text =
      "pipeline: {p: {image: plugins/x, group: g, repo: a/b, tags: [1, 2], deep: {a: [true]}, user: me, none: }}\n";
    const found = await step(text, "p");
    expect(found).toMatchObject({ isPlugin: true, scripts: [] });
    expect(valuesOf(found)).toMatchObject({
      PLUGIN_REPO: "a/b",
      PLUGIN_TAGS: "1,2",
      PLUGIN_DEEP: '{"a":[true]}',
      PLUGIN_USER: "me",
    });
    expect(valuesOf(found)).not.toHaveProperty("PLUGIN_NONE");
    expect((await compileDrone(text)).findings).toEqual([]);
  });

  test("settings, with secrets in them, are masked (DR-277, DR-278)", async () => {
    const text =
      "kind: pipeline\nsteps: [{name: p, image: x, settings: {api-key: {from_secret: k}, list: [{from_secret: k}, b]}}]\n";
    const found = await step(text, "p", { secrets: { k: "geheim" } });
    expect(found.variables.get("PLUGIN_API_KEY")).toMatchObject({ value: "geheim", masked: true });
    expect(found.variables.get("PLUGIN_LIST")?.value).toBe("geheim,b");
  });

  test("secrets by name, or by source and target; 0.8 folds case (DR-52, DR-276)", async () => {
    const text = "pipeline: {a: {image: b, commands: [c], secrets: [Token, {source: x, target: y_z}]}}\n";
    const found = await step(text, "a", { secrets: { TOKEN: "one", x: "two" } });
    expect(valuesOf(found)).toMatchObject({ TOKEN: "one", Y_Z: "two" });
    expect(found.variables.get("TOKEN")).toMatchObject({ masked: true, isPublic: false });
  });

  test("the system's variables win in 0.8, the step's own in 1 (DR-268)", async () => {
    const old = "pipeline: {a: {image: b, group: g, commands: [c], environment: {DRONE_BRANCH: x}}}\n";
    expect(valuesOf(await step(old, "a"))["DRONE_BRANCH"]).toBe("main");
    const one =
      "kind: pipeline\nenvironment: {A: 1, B: 2}\nsteps: [{name: a, image: b, commands: [c], environment: {DRONE_BRANCH: x, B: 3}}]\n";
    expect(valuesOf(await step(one, "a"))).toMatchObject({ DRONE_BRANCH: "x", A: "1", B: "3" });
  });

  test("commands leave no room for an entry point, neither the file's nor the image's own (DR-73)", async () => {
    const { pipeline, findings } = await compileDrone(
      "kind: pipeline\nsteps: [{name: a, image: b, commands: [c], entrypoint: [d]}]\n",
    );
    expect(pipeline?.jobs[0]?.steps[0]).toMatchObject({ entrypoint: [""] });
    expect(findings.join()).toContain("steps.a.entrypoint is not used");
  });

  test("working_dir and directory stand below the sources; failure: ignore; detach", async () => {
    const text =
      "kind: pipeline\nsteps: [{name: a, image: b, commands: [c], working_dir: sub, failure: ignore, detach: true}]\n";
    expect(await step(text, "a")).toMatchObject({ workingDir: "/drone/src/sub", ignoreFailure: true, detach: true });
  });

  test("0.4's plugins get their arguments as JSON behind --, when they are wanted (DR-28, DR-36, DR-42)", async () => {
    const text =
      "build: {image: go, commands: [a]}\npublish:\n  google_cloud: {project: x, tags: [1]}\n  heroku: {app: a}\n  heroku: {app: b}\nnotify: {slack: {channel: dev}}\n";
    expect((await compileDroneJob(text)).steps.map((one) => one.name)).toEqual(["build"]);
    const job = await compileDroneJob(text, { deliver: true });
    expect(job.steps.map((one) => [one.name, one.image.text, one.when])).toEqual([
      ["build", "go", "on_success"],
      ["publish-google_cloud", "plugins/drone-google-cloud:latest", "on_success"],
      ["publish-heroku", "plugins/drone-heroku:latest", "on_success"],
      ["publish-heroku-2", "plugins/drone-heroku:latest", "on_success"],
      ["notify-slack", "plugins/drone-slack:latest", "always"],
    ]);
    const [dashes, json] = stepOf(job, "publish-google_cloud").command ?? [];
    expect(dashes).toBe("--");
    expect(JSON.parse(json ?? "")).toMatchObject({
      vargs: { project: "x", tags: [1] },
      repo: { full_name: "octocat/hello" },
    });
  });
});
