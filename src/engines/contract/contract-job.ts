import type { PullPolicy } from "../../model/container.ts";
import { parseImageRef } from "../../model/image-ref.ts";
import type { ContainerPlan, ImagePlan, JobPlan, NameSpacePlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { SOURCE_FOLDER } from "./programs.ts";

const at = { file: "contract.yml", line: 1, column: 1 };

export function imagePlan(text: string, ...pullPolicies: readonly PullPolicy[]): ImagePlan {
  const ref = parseImageRef(text);
  if (ref === undefined) throw new Error(`no image reference: ${text}`);
  return { ref, pullPolicies: pullPolicies.length === 0 ? ["if-not-present"] : pullPolicies };
}

function containerPlan(id: string, image: string): ContainerPlan {
  const none = { volumes: [], devices: [], tmpfs: [], extraHosts: [], dns: [], dnsSearch: [] };
  return { id, image: imagePlan(image), env: new Map(), privileged: false, at, ...none };
}

export function servicePlan(id: string, image: string, change: Partial<ServicePlan>): ServicePlan {
  const service = { hostNames: [id], readiness: { kind: "none" as const }, lacksPrivilege: false };
  const life = { declaredPorts: [], whenDeadInUse: "fail" as const, dependsOn: [] };
  return { ...containerPlan(id, image), ...service, ...life, ...change };
}

export function stepPlan(image: string, change: Partial<StepPlan> = {}): StepPlan {
  const order = {
    dependsOn: [],
    detach: false,
    when: "on_success" as const,
    ignoreFailure: false,
    needsServices: true,
  };
  const scripts = [{ kind: "main" as const, commands: [] }];
  return { ...containerPlan("build", image), name: "build", hostNames: ["build"], scripts, ...order, ...change };
}

/** With a `nameSpace` the job is in shared mode. */
export type ContractJobParts = Pick<JobPlan, "services" | "steps" | "nameSpace">;

export function nameSpacePlan(image: string, ...hostNames: readonly string[]): NameSpacePlan {
  return { image: imagePlan(image), hostNames, extraHosts: ["outside.example:192.0.2.7"], dns: [], dnsSearch: [] };
}

export function jobPlan(runId: string, name: string, parts: ContractJobParts): JobPlan {
  return {
    runId,
    id: name,
    name,
    at,
    network: parts.nameSpace === undefined ? "bridge" : "shared",
    workspace: { mountPath: "/builds", sourcePath: SOURCE_FOLDER, sourcesBeforeServices: false },
    timeoutMs: 60_000,
    retry: { max: 0, when: [], exitCodes: [] },
    allowFailure: false,
    servicePolicy: { whenDead: "fail", whenFinished: "fail", whenNotReady: "warn", whenNothingToProbe: "note" },
    showServiceLogs: false,
    secrets: [],
    ...parts,
  };
}
