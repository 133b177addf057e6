import type { ContainerSpec } from "../src/model/container.ts";
import type { Job, Pipeline } from "../src/model/pipeline.ts";
import type { Service } from "../src/model/service.ts";
import type { Variables } from "../src/model/variables.ts";
import type { SourceSpan } from "../src/text/source.ts";

const AT: SourceSpan = { file: ".gitlab-ci.yml", line: 3, column: 5 };

export function testVariables(values: Readonly<Record<string, string>>, masked: readonly string[] = []): Variables {
  return new Map(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, masked: masked.includes(name), isPublic: true, origin: "job" },
    ]),
  );
}

function testContainer(image: string): ContainerSpec {
  return {
    image: { text: image, at: AT },
    variables: new Map(),
    privileged: false,
    volumes: [],
    devices: [],
    tmpfs: [],
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    hostAccess: [],
  };
}

export function testServiceSpec(image: string, hostNames: readonly string[], over: Partial<Service> = {}): Service {
  return {
    ...testContainer(image),
    hostNames,
    derivedNameCount: 1,
    label: hostNames[0] ?? "service",
    wantsPrivileged: false,
    at: AT,
    ...over,
  };
}

export function testJob(name: string, over: Partial<Job> = {}): Job {
  return {
    name,
    stage: "test",
    at: AT,
    order: { kind: "stages" },
    when: "on_success",
    allowFailure: false,
    retry: { max: 0, when: [], exitCodes: [] },
    network: "bridge",
    workspace: { mountPath: "/builds", sourcePath: "/builds/group/project", sourcesBeforeServices: false },
    services: [],
    steps: [
      {
        ...testContainer("busybox"),
        name: "build",
        scripts: [{ kind: "main", commands: ["true"] }],
        detach: false,
        when: "on_success",
        ignoreFailure: false,
        at: AT,
      },
    ],
    variables: new Map(),
    showServiceLogs: false,
    ...over,
  };
}

export function testPipeline(jobs: readonly Job[]): Pipeline {
  return { dialect: "gitlab", file: ".gitlab-ci.yml", stages: [".pre", "build", "test", "deploy", ".post"], jobs };
}
