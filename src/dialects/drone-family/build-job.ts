import type { Job, JobNeed, SkippedContainer, Workspace } from "../../model/pipeline.ts";
import type { Service } from "../../model/service.ts";
import type { Step } from "../../model/step.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import type { DialectContext } from "../dialect.ts";
import { presentField, readText } from "./accept.ts";
import { buildService } from "./build-service.ts";
import { buildStep } from "./build-step.ts";
import { checkNames, uniqueSteps } from "./check-names.ts";
import { judge, RUNS, type Verdict } from "./conditions.ts";
import { readEnvironmentValue } from "./environment-keys.ts";
import type { Findings } from "./findings.ts";
import { findLocalhost } from "./localhost.ts";
import { type Cell, cellName } from "./matrix.ts";
import { checkMemoryVolumes } from "./memory-volumes.ts";
import { readPullSecrets } from "./pull-secrets.ts";
import { readSection, type Section, toPlace } from "./read-section.ts";
import type { DialectRules } from "./rules.ts";
import type { PipelineVolume, Place, Scope } from "./scope.ts";
import { Secrets } from "./secrets.ts";
import { type OrderedStep, orderSteps } from "./step-order.ts";
import { systemVariables } from "./system-variables/system-variables.ts";
import type { Trigger } from "./trigger.ts";
import { valueAt } from "./values.ts";
import { layer, toVariables } from "./variable-list.ts";

/** One pipeline or workflow of a file, for one cell of its matrix, values replaced. */
export interface Workflow {
  readonly name: string;
  readonly at: YamlNode;
  readonly sections: readonly Section[];
  readonly workspace: Workspace;
  readonly needs: readonly JobNeed[];
  readonly verdict: Verdict;
  readonly cell: Cell;
  /** The file's `x-outrigger`. */
  readonly own: YamlNode | undefined;
  /** Drone 1's `environment` and `volumes` of a pipeline. */
  readonly environment: YamlNode | undefined;
  readonly volumes: ReadonlyMap<string, PipelineVolume>;
  /** Drone 1's `image_pull_secrets`. */
  readonly pullSecrets?: YamlNode | undefined;
  /** Steps that are no containers of a section: 0.4's plugins. */
  readonly moreSteps?: (scope: Scope) => readonly OrderedStep[];
  /** Which network, when the dialect's rules do not decide it alone (DR-119). */
  readonly isVersionUncertain?: boolean;
  /** Drone 1's `type: kubernetes` ran a pipeline as one pod, with everything at localhost (DR-94). */
  readonly isPod?: boolean;
}

export interface FileScope {
  readonly rules: DialectRules;
  readonly findings: Findings;
  readonly context: DialectContext;
  readonly trigger: Trigger;
}

const NO_RETRY = { max: 0, when: [], exitCodes: [] } as const;

/** @param number counted from 1 over the jobs of the file. */
export function buildJob(workflow: Workflow, number: number, file: FileScope): Job {
  const scope = toScope(workflow, number, file);
  const places = workflow.sections.flatMap((section) => readSection(section, scope));
  const servicePlaces = places.filter((place) => place.kind === "service");
  const stepPlaces = uniqueSteps(places.filter((place) => place.kind === "step"));
  checkNames(servicePlaces, stepPlaces);
  checkMemoryVolumes(places, workflow.volumes);
  const skipped: SkippedContainer[] = [];
  const services = servicePlaces.flatMap((place) => judgedService(place, workflow, skipped) ?? []);
  const steps = stepPlaces.flatMap((place) => judgedStep(place, skipped) ?? []);
  const ends = new Set([...servicePlaces.map((place) => place.name), "clone"]);
  const ordered = orderSteps([...steps, ...(workflow.moreSteps?.(scope) ?? [])], ends);
  const verdict = ordered.length === 0 ? withoutSteps(workflow.verdict, stepPlaces.length) : workflow.verdict;
  const mentionsLocalhost = findLocalhost(workflow.sections);
  return {
    name: cellName(workflow.name, workflow.cell),
    at: spanOf(workflow.at),
    order: { kind: "needs", needs: workflow.needs },
    when: verdict.why === undefined ? verdict.on : "never",
    allowFailure: false,
    retry: NO_RETRY,
    ...networkOf(workflow, file.rules, mentionsLocalhost),
    workspace: workflow.workspace,
    services: withKnownDependencies(services),
    steps: ordered,
    variables: layer(scope.system, scope.given),
    showServiceLogs: false,
    ...(verdict.why === undefined ? {} : { whyNever: verdict.why }),
    ...(mentionsLocalhost ? { mentionsLocalhost: true } : {}),
    ...(skipped.length === 0 ? {} : { skipped }),
    ...(file.rules.id === "drone-1" ? { skipRestExitCode: 78 } : {}),
    ...(workflow.cell.size === 0 ? {} : { matrix: workflow.cell }),
    ...secretsOf(scope),
    ...jobAccess(workflow, scope),
  };
}

function secretsOf({ secrets }: Scope): Pick<Job, "secrets" | "missingSecrets"> {
  return {
    ...(secrets.values.length === 0 ? {} : { secrets: secrets.values }),
    ...(secrets.missing.length === 0 ? {} : { missingSecrets: secrets.missing }),
  };
}

/** A job needs a step; when conditions took them all there is nothing to run, and nothing wrong. */
function withoutSteps(verdict: Verdict, written: number): Verdict {
  const why = written === 0 ? "it has no steps" : "when: every step is left out";
  return { why: verdict.why ?? why, on: verdict.on };
}

/** @source DR-98, DR-111, DR-119 */
function networkOf(
  workflow: Workflow,
  rules: DialectRules,
  mentionsLocalhost: boolean,
): Pick<Job, "network" | "networkCertainty"> {
  if (workflow.isVersionUncertain === true) {
    return { network: mentionsLocalhost ? "shared" : "bridge", networkCertainty: "default" };
  }
  return rules.network === "shared" || workflow.isPod === true
    ? { network: "shared", networkCertainty: "default" }
    : { network: "bridge" };
}

function toScope(workflow: Workflow, number: number, file: FileScope): Scope {
  const { rules, findings, context, trigger } = file;
  const { cell, workspace } = workflow;
  const secrets = new Secrets(context.secrets, rules.foldsSecretNames);
  const system = systemVariables(rules, context, trigger, {
    name: workflow.name,
    number,
    workspaceBase: workspace.mountPath,
    workspacePath: workspace.sourcePath,
  });
  const given = new Map(
    [...context.variables].map(([name, one]) => [name, { ...one, isPublic: !one.masked }] as const),
  );
  const bare: Scope = {
    ...file,
    secrets,
    cell,
    volumes: workflow.volumes,
    workspace,
    system: layer(toVariables(system, "predefined"), toVariables([...cell], "matrix")),
    given,
    environment: new Map(),
    registries: readPullSecrets(workflow.pullSecrets, secrets, findings),
  };
  return workflow.environment === undefined
    ? bare
    : { ...bare, environment: readJobEnvironment(workflow.environment, bare) };
}

function readJobEnvironment(node: YamlNode, scope: Scope): Scope["environment"] {
  const place = toPlace("step", "environment", "", node, undefined, scope);
  const variables = new Map<string, Scope["environment"] extends ReadonlyMap<string, infer V> ? V : never>();
  readEnvironmentValue(node, "environment", place, variables);
  return variables;
}

/** Volumes that are defined are asked for, mounted or not (DR-174). */
function jobAccess(workflow: Workflow, scope: Scope): Pick<Job, "hostAccess"> {
  const { refusals } = scope.rules;
  const access = [...workflow.volumes].flatMap(([name, volume]) => {
    if (volume.kind === "temp") return [];
    const original = volume.kind === "host" ? refusals.volumes : refusals.tmpfs;
    const value = volume.kind === "host" ? volume.path : `${name} (memory)`;
    return [
      {
        capability: "volumes" as const,
        value,
        at: spanOf(volume.at),
        path: `volumes.${name}`,
        ...(original === undefined ? {} : { original }),
        ...(volume.kind === "host" ? { hostPath: volume.path } : {}),
      },
    ];
  });
  return access.length === 0 ? {} : { hostAccess: access };
}

function judgedService(place: Place, workflow: Workflow, skipped: SkippedContainer[]): Service | undefined {
  const verdict = judge(presentField(place, "when"), "when", `${place.path}.when`, place.scope);
  if (verdict.why !== undefined) {
    skipped.push({ kind: "service", name: place.name, why: verdict.why, at: spanOf(place.key) });
    return undefined;
  }
  return buildService(place, valueAt(workflow.own, "services", place.name));
}

function judgedStep(place: Place, skipped: SkippedContainer[]): OrderedStep | undefined {
  const isClone = place.name === "clone" && !place.fields.has("commands");
  if (isClone) {
    const text = `${place.path} is not run: the work tree itself is put into the workspace`;
    place.scope.findings.note({ code: "clone", text, at: place.key, path: place.path });
    return undefined;
  }
  const verdict =
    place.scope.rules.id === "drone-0.3"
      ? RUNS
      : judge(presentField(place, "when"), "when", `${place.path}.when`, place.scope);
  if (verdict.why === undefined) {
    const step = buildStep(place, verdict.on);
    return step === undefined ? undefined : { place, step, isSkipped: false };
  }
  skipped.push({ kind: "step", name: place.name, why: verdict.why, at: spanOf(place.key) });
  return { place, step: placeholder(place), isSkipped: true };
}

/** Stands in the order for a step that does not run; nothing of it leaves the dialect. */
function placeholder(place: Place): Step {
  return {
    name: place.name,
    image: { text: readText(place, "image") ?? "", at: spanOf(place.key) },
    variables: new Map(),
    privileged: false,
    volumes: [],
    devices: [],
    tmpfs: [],
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    hostAccess: [],
    scripts: [],
    detach: false,
    when: "on_success",
    ignoreFailure: false,
    at: spanOf(place.key),
  };
}

/** A service may wait for services only. */
function withKnownDependencies(services: readonly Service[]): readonly Service[] {
  const labels = new Set(services.map((service) => service.label));
  return services.map((service) => {
    if (service.dependsOn === undefined) return service;
    const { dependsOn, ...rest } = service;
    const known = dependsOn.filter((name) => labels.has(name) && name !== service.label);
    return known.length === 0 ? rest : { ...rest, dependsOn: known };
  });
}
