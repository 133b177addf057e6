import { describe, expect, test } from "vitest";
import type { ContainerPlan } from "../../model/job-plan.ts";
import { servicePlan } from "../contract/contract-job.ts";
import type { SandboxFrame } from "./sandbox-frame.ts";
import { type HostBody, toHostBody, toNetworking } from "./to-host-config.ts";

const frame: SandboxFrame = {
  jobId: "test",
  labels: {
    runId: "k3f9",
    job: "test job",
    owner: { host: "h", bootId: "b", pidNamespace: "n", pid: 7, startTime: "1" },
    leaseUntil: 0,
    extra: new Map(),
  },
  network: "outrigger-k3f9-test",
  nameSpace: undefined,
  volume: "outrigger-k3f9-test",
  mountPath: "/drone",
};
const sharedFrame: SandboxFrame = { ...frame, nameSpace: "outrigger-k3f9-test--network" };

function hostBody(change: Partial<ContainerPlan>, inFrame = frame): HostBody {
  const plan = servicePlan("db", "some:1", change);
  return toHostBody(plan, inFrame, toNetworking(plan, inFrame, ["db"]));
}

describe("options of a container (DR 1.9)", () => {
  test.each<[string, Partial<ContainerPlan>, Partial<HostBody>]>([
    ["capabilities", { capAdd: ["NET_ADMIN"], capDrop: ["ALL"] }, { CapAdd: ["NET_ADMIN"], CapDrop: ["ALL"] }],
    ["sysctls", { sysctls: new Map([["net.core.somaxconn", "9"]]) }, { Sysctls: { "net.core.somaxconn": "9" } }],
    ["ipc_mode", { ipcMode: "host" }, { IpcMode: "host" }],
    ["pid and userns_mode", { pidMode: "host", usernsMode: "host" }, { PidMode: "host", UsernsMode: "host" }],
    [
      "security_opt, group_add, cgroup_parent",
      { securityOpt: ["a=b"], groupAdd: ["audio"], cgroupParent: "/x" },
      { SecurityOpt: ["a=b"], GroupAdd: ["audio"], CgroupParent: "/x" },
    ],
    ["volumes_from", { volumesFrom: ["other:ro"] }, { VolumesFrom: ["other:ro"] }],
    ["half a processor", { cpus: 0.5 }, { NanoCpus: 500_000_000 }],
    [
      "cpu_shares, cpu_quota, cpuset",
      { cpuShares: 2, cpuQuota: 5000, cpuset: "0,1" },
      { CpuShares: 2, CpuQuota: 5000, CpusetCpus: "0,1" },
    ],
    [
      "memory and swap",
      { memoryBytes: 9, memorySwapBytes: -1, memorySwappiness: 0 },
      { Memory: 9, MemorySwap: -1, MemorySwappiness: 0 },
    ],
    ["oom_kill_disable", { oomKillDisable: true }, { OomKillDisable: true }],
    ["shm_size", { shmBytes: 64 }, { ShmSize: 64 }],
    [
      "ulimits",
      { ulimits: [{ name: "nofile", soft: 1, hard: 2 }] },
      { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }] },
    ],
    ["tmpfs with and without options", { tmpfs: ["/a", "/b:size=1m"] }, { Tmpfs: { "/a": "", "/b": "size=1m" } }],
    [
      "devices",
      { devices: [{ source: "/dev/null", target: "/dev/x", permissions: "r" }] },
      { Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/x", CgroupPermissions: "r" }] },
    ],
    [
      "a folder of the host",
      { volumes: [{ kind: "host", source: "/a", target: "/b", readOnly: true }] },
      { Binds: ["/a:/b:ro"] },
    ],
    [
      "a volume of the engine",
      { volumes: [{ kind: "named", source: "v", target: "/b", readOnly: false }] },
      { Binds: ["v:/b"] },
    ],
    [
      "a volume of the job, which no other job can name (DR-204)",
      { volumes: [{ kind: "named", source: "v", target: "/b", readOnly: false, lifetime: "job" }] },
      { Binds: ["outrigger-k3f9-test-volume-v:/b"] },
    ],
  ])("%s", (_, change, body) => {
    expect(hostBody(change)).toMatchObject(body);
  });

  test("what the file does not say is not sent", () => {
    const said = Object.keys(hostBody({}));
    expect(
      said.filter((key) =>
        /^(Cap|Sysctls|Ipc|Pid|Userns|Security|Group|Cgroup|VolumesFrom|Nano|Cpu|Memory|Oom|Shm|Ulimits)/.test(key),
      ),
    ).toEqual([]);
  });
});

describe("the network of a container", () => {
  const own = { dns: ["192.0.2.1"], dnsSearch: ["example.org"], extraHosts: ["a:192.0.2.2"] };

  test("is the job's, with its names, its hosts and its name servers", () => {
    const plan = servicePlan("db", "some:1", own);
    expect(toNetworking(plan, frame, ["db"])).toEqual({
      mode: "outrigger-k3f9-test",
      endpoints: { "outrigger-k3f9-test": { Aliases: ["db"] } },
      ownsNames: true,
    });
    expect(hostBody(own)).toMatchObject({ Dns: own.dns, DnsSearch: own.dnsSearch, ExtraHosts: own.extraHosts });
  });

  test("is the name space of its owner in shared mode, hosts and name servers too (DR-99, DR-103)", () => {
    expect(hostBody(own, sharedFrame)).toMatchObject({
      NetworkMode: "container:outrigger-k3f9-test--network",
      Dns: [],
      DnsSearch: [],
      ExtraHosts: [],
    });
  });

  test.each([frame, sharedFrame])(
    "is what the file says in any mode, without a name in the job (DR-84, DR-102)",
    (inFrame) => {
      const plan = servicePlan("db", "some:1", { ...own, networkMode: "none" });
      expect(toNetworking(plan, inFrame, ["db"])).toEqual({ mode: "none", endpoints: {}, ownsNames: true });
    },
  );
});
