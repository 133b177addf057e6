import { describe, expect, test } from "vitest";
import type { ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { servicePlan, stepPlan } from "../contract/contract-job.ts";
import type { FetchedImage } from "../engine.ts";
import { SHELL_PROBE_ARGV } from "../shell-probe.ts";
import type { SandboxFrame } from "./sandbox-frame.ts";
import { toCleanerContainer, toServiceContainer, toStepContainer } from "./to-container.ts";

const frame: SandboxFrame = {
  jobId: "test",
  labels: {
    runId: "k3f9",
    job: "test job",
    owner: { host: "h", bootId: "b", pidNamespace: "n", pid: 7, startTime: "1" },
    leaseUntil: 1_767_225_600_000,
    extra: new Map([["dev.outrigger.test", "yes"]]),
  },
  network: "outrigger-k3f9-test",
  nameSpace: undefined,
  volume: "outrigger-k3f9-test",
  mountPath: "/builds",
};

const plain: FetchedImage = {
  reference: "some:1",
  id: "sha256:1",
  how: "local",
  pulledBytes: 0,
  exposedTcpPorts: [],
  env: new Map(),
  labels: new Map(),
  entrypoint: [],
  command: [],
};

function service(change: Partial<ServicePlan>): ServicePlan {
  return servicePlan("db", "some:1", change);
}

function step(change: Partial<StepPlan>): StepPlan {
  return stepPlan("some:1", change);
}

describe("a service's container", () => {
  test("is named and labelled by run, job and service", () => {
    const { name, body } = toServiceContainer(service({}), plain, frame);
    expect(name).toBe("outrigger-k3f9-test-db");
    expect(body.Labels).toEqual({
      "dev.outrigger.managed": "true",
      "dev.outrigger.run": "k3f9",
      "dev.outrigger.lease": "2026-01-01T00:00:00.000Z",
      "dev.outrigger.job": "test job",
      "dev.outrigger.kind": "service",
      "dev.outrigger.name": "db",
      "dev.outrigger.owner": "h/b/n/7/1",
      "dev.outrigger.test": "yes",
    });
  });

  test("is made from the image's id, so that a tag that moves does not matter (GS-621)", () => {
    expect(toServiceContainer(service({}), plain, frame).body.Image).toBe("sha256:1");
  });

  test("answers to its host names in the job's network (GS-413)", () => {
    const { body } = toServiceContainer(service({ hostNames: ["my__pg", "my-pg"] }), plain, frame);
    expect(body.HostConfig.NetworkMode).toBe("outrigger-k3f9-test");
    expect(body.NetworkingConfig.EndpointsConfig["outrigger-k3f9-test"]?.Aliases).toEqual(["my__pg", "my-pg"]);
  });

  test("shares the workspace, which takes nothing from the image (GS-708)", () => {
    expect(toServiceContainer(service({}), plain, frame).body.HostConfig.Mounts).toEqual([
      { Type: "volume", Source: "outrigger-k3f9-test", Target: "/builds", VolumeOptions: { NoCopy: true } },
    ]);
  });

  interface WordCase {
    readonly title: string;
    readonly plan: Pick<ServicePlan, "entrypoint" | "command">;
    readonly image?: Partial<FetchedImage>;
    readonly entrypoint: readonly string[] | undefined;
    readonly command: readonly string[] | undefined;
  }
  const words: readonly WordCase[] = [
    { title: "the image's own", plan: {}, image: { command: ["x"] }, entrypoint: undefined, command: undefined },
    { title: "a command", plan: { command: ["a b", "$HOME"] }, entrypoint: undefined, command: ["a b", "$HOME"] },
    { title: "an entry point", plan: { entrypoint: ["/e", "-x"] }, entrypoint: ["/e", "-x"], command: undefined },
    { title: "both", plan: { entrypoint: ["/e"], command: ["c"] }, entrypoint: ["/e"], command: ["c"] },
    {
      title: "cleared by [], with a command",
      plan: { entrypoint: [], command: ["c", "d"] },
      entrypoint: ["c"],
      command: ["d"],
    },
    {
      title: 'cleared by [""], with a command',
      plan: { entrypoint: [""], command: ["c"] },
      entrypoint: ["c"],
      command: [],
    },
    {
      title: "cleared, with the image's command",
      plan: { entrypoint: [""] },
      image: { entrypoint: ["/e"], command: ["i", "j"] },
      entrypoint: ["i"],
      command: ["j"],
    },
    { title: "cleared, and nothing left to run", plan: { entrypoint: [] }, entrypoint: [""], command: undefined },
  ];
  test.each(words)("entry point and command: $title", ({ plan, image, entrypoint, command }) => {
    const { body } = toServiceContainer(service(plan), { ...plain, ...image }, frame);
    expect({ entrypoint: body.Entrypoint, command: body.Cmd }).toEqual({ entrypoint, command });
  });

  test("options reach the engine in its own words", () => {
    const { body, platform } = toServiceContainer(
      service({
        image: { ...service({}).image, platform: "linux/arm64" },
        env: new Map([["A", "1=2 "]]),
        user: "1000:1000",
        workingDir: "/w",
        privileged: true,
        volumes: [
          { kind: "host", source: "/var/run/docker.sock", target: "/sock", readOnly: true },
          { kind: "named", source: "cache", target: "/cache", readOnly: false },
        ],
        devices: [{ source: "/dev/kvm", target: "/dev/kvm", permissions: "rwm" }],
        tmpfs: ["/run", "/tmp:size=64m,exec"],
        extraHosts: ["a:10.0.0.1"],
        dns: ["10.0.0.2"],
        dnsSearch: ["lan"],
        shmBytes: 1024,
        memoryBytes: 2048,
      }),
      plain,
      frame,
    );
    expect(platform).toBe("linux/arm64");
    expect(body).toMatchObject({ Env: ["A=1=2 "], User: "1000:1000", WorkingDir: "/w", OpenStdin: false });
    expect(body.HostConfig).toMatchObject({
      Privileged: true,
      Binds: ["/var/run/docker.sock:/sock:ro", "cache:/cache"],
      Devices: [{ PathOnHost: "/dev/kvm", PathInContainer: "/dev/kvm", CgroupPermissions: "rwm" }],
      Tmpfs: { "/run": "", "/tmp": "size=64m,exec" },
      ExtraHosts: ["a:10.0.0.1"],
      Dns: ["10.0.0.2"],
      DnsSearch: ["lan"],
      ShmSize: 1024,
      Memory: 2048,
    });
  });
});

describe("a step's container", () => {
  test("answers to build and to its own name (GS-413)", () => {
    const { body, name } = toStepContainer(step({}), plain, frame);
    expect(body.NetworkingConfig.EndpointsConfig["outrigger-k3f9-test"]?.Aliases).toEqual(["build", name]);
  });

  const [probe = "", ...probeArgs] = SHELL_PROBE_ARGV;
  interface ShellCase {
    readonly title: string;
    readonly plan?: Partial<StepPlan>;
    readonly image?: Partial<FetchedImage>;
    readonly entrypoint: readonly string[] | undefined;
    readonly command: readonly string[] | undefined;
  }
  const shells: readonly ShellCase[] = [
    { title: "no entry point", entrypoint: undefined, command: SHELL_PROBE_ARGV },
    {
      title: "the image's entry point gets the probe",
      image: { entrypoint: ["/e.sh"] },
      entrypoint: undefined,
      command: SHELL_PROBE_ARGV,
    },
    {
      title: "a cleared one",
      plan: { entrypoint: [""] },
      image: { entrypoint: ["/e"] },
      entrypoint: [probe],
      command: probeArgs,
    },
    { title: "a shell in the file", plan: { entrypoint: ["/bin/bash"] }, entrypoint: ["/bin/bash"], command: [] },
    { title: "a shell in the image", image: { entrypoint: ["sh"], command: ["-l"] }, entrypoint: ["sh"], command: [] },
    {
      title: "a shell with arguments",
      plan: { entrypoint: ["/bin/bash", "-l"] },
      entrypoint: ["/bin/bash", "-l"],
      command: SHELL_PROBE_ARGV,
    },
  ];
  test.each(shells)(
    "its shell takes the script from standard input: $title (GS-840)",
    ({ plan, image, entrypoint, command }) => {
      const { body } = toStepContainer(step(plan ?? {}), { ...plain, ...image }, frame);
      expect({ entrypoint: body.Entrypoint, command: body.Cmd }).toEqual({ entrypoint, command });
      expect(body).toMatchObject({ OpenStdin: true, StdinOnce: true, AttachStdin: true });
    },
  );

  test("without scripts the image runs its own program, with no input", () => {
    const { body } = toStepContainer(step({ scripts: [], command: ["c"] }), { ...plain, entrypoint: ["/e"] }, frame);
    expect(body).toMatchObject({ Cmd: ["c"], OpenStdin: false });
    expect(body.Entrypoint).toBeUndefined();
  });

  test("a cleaner has the workspace and nothing else: no network, no secrets, no host", () => {
    const plan = step({
      env: new Map([["TOKEN", "s3cret"]]),
      privileged: true,
      user: "nobody",
      entrypoint: ["/e"],
      volumes: [{ kind: "host", source: "/", target: "/host", readOnly: false }],
    });
    const { body } = toCleanerContainer(plan, plain, frame, "/builds/a b");
    expect(body).toMatchObject({ Env: [], User: "0", Entrypoint: ["sh"], NetworkingConfig: { EndpointsConfig: {} } });
    expect(body.Cmd?.at(-1)).toBe("/builds/a b");
    expect(body.HostConfig).toMatchObject({ NetworkMode: "none", Privileged: false, Binds: [] });
  });
});
