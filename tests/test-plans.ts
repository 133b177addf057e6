import { parseImageRef } from "../src/model/image-ref.ts";
import type { ContainerPlan, JobPlan, ServicePlan, StepPlan } from "../src/model/job-plan.ts";
import type { SourceSpan } from "../src/text/source.ts";

const AT: SourceSpan = { file: ".gitlab-ci.yml", line: 1, column: 1 };

function testContainer(id: string, image: string): ContainerPlan {
  const ref = parseImageRef(image);
  if (ref === undefined) throw new Error(`not an image: ${image}`);
  return {
    id,
    image: { ref, pullPolicies: ["if-not-present"] },
    env: new Map(),
    privileged: false,
    volumes: [],
    devices: [],
    tmpfs: [],
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    at: AT,
  };
}

/** A service with everything a test does not care about. */
export function testService(id: string, image: string, over: Partial<ServicePlan> = {}): ServicePlan {
  return {
    ...testContainer(id, image),
    hostNames: [id],
    readiness: { kind: "auto", timeoutMs: 5_000 },
    declaredPorts: [],
    whenDeadInUse: "fail",
    dependsOn: [],
    lacksPrivilege: false,
    ...over,
  };
}

export function testStep(image: string, commands: readonly string[], over: Partial<StepPlan> = {}): StepPlan {
  return {
    ...testContainer("build", image),
    name: "build",
    hostNames: ["build"],
    scripts: [{ kind: "main", commands }],
    dependsOn: [],
    detach: false,
    when: "on_success",
    ignoreFailure: false,
    needsServices: true,
    workingDir: "/builds/group/project",
    ...over,
  };
}

export function testJobPlan(over: Partial<JobPlan> = {}): JobPlan {
  return {
    runId: "test",
    id: "job",
    name: "job",
    at: AT,
    network: "bridge",
    workspace: { mountPath: "/builds", sourcePath: "/builds/group/project", sourcesBeforeServices: false },
    services: [],
    steps: [testStep("busybox:latest", ["true"])],
    timeoutMs: 60_000,
    retry: { max: 0, when: [], exitCodes: [] },
    allowFailure: false,
    servicePolicy: { whenDead: "fail", whenFinished: "fail", whenNotReady: "warn", whenNothingToProbe: "note" },
    showServiceLogs: false,
    secrets: [],
    ...over,
  };
}
