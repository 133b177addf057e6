import type { JobPlan } from "../../model/job-plan.ts";
import { parseQuantity } from "./quantity.ts";
import type { ResourceOwner, ResourceRange, ResourceSettings } from "./settings.ts";

type Env = ReadonlyMap<string, string>;
type Kind = keyof ResourceSettings;
type Side = "request" | "limit";

/** What came of the variables: quantities, and why one cannot be taken, in GitLab Runner's words. */
export interface OverwrittenResources {
  readonly resources: ResourceSettings;
  /** Undefined: everything may be taken. */
  readonly problem: string | undefined;
}

/** As in the variable, and in the name that messages have. */
const OWNER_WORDS: Readonly<Record<ResourceOwner, readonly [string, string]>> = {
  build: ["", ""],
  helper: ["HELPER_", "Helper"],
  service: ["SERVICE_", "Service"],
  pod: ["POD_", "Pod"],
};

const KIND_WORDS: Readonly<Record<Kind, readonly [string, string]>> = {
  cpu: ["CPU", "CPU"],
  memory: ["MEMORY", "Memory"],
  ephemeralStorage: ["EPHEMERAL_STORAGE", "EphemeralStorage"],
};

const SIDE_WORDS: Readonly<Record<Side, readonly [string, string]>> = {
  request: ["REQUEST", "Request"],
  limit: ["LIMIT", "Limit"],
};

const KINDS: readonly Kind[] = ["cpu", "memory", "ephemeralStorage"];

/**
 * The variables of the whole job. A variable counts only where the operator set a maximum for it.
 *
 * @source K-45, K-46, K-47
 */
export function overwriteResources(owner: ResourceOwner, settings: ResourceSettings, env: Env): OverwrittenResources {
  return overwriteAll(owner, settings, settings, env, "couldn't prepare overwrites");
}

/**
 * The variables that stand with one service: they begin at what the job's variables made of the settings, and win.
 *
 * @param own the service's environment without what it has from the job.
 * @source K-46
 */
export function overwriteForService(
  jobWide: ResourceSettings,
  settings: ResourceSettings,
  own: Env,
): OverwrittenResources {
  return overwriteAll("service", jobWide, settings, own, "couldn't prepare explicit service overwrites");
}

/** A service's variables that the job does not have as well. */
export function ownVariables(job: JobPlan, env: Env): Env {
  const ofJob = job.steps[0]?.env;
  return new Map([...env].filter(([name, value]) => ofJob?.get(name) !== value));
}

function overwriteAll(
  owner: ResourceOwner,
  base: ResourceSettings,
  limits: ResourceSettings,
  env: Env,
  prefix: string,
): OverwrittenResources {
  const problems: string[] = [];
  const resources = Object.fromEntries(
    KINDS.map((kind) => {
      const range: ResourceRange = { ...base[kind] };
      const sides = (["request", "limit"] as const).flatMap((side) => {
        const found = overwriteOne(owner, kind, side, limits[kind], env);
        if (found?.problem !== undefined) {
          problems.push(`${prefix}: invalid ${owner} ${side}s specified: ${found.problem}`);
        }
        return found?.value === undefined ? [] : [[side, found.value] as const];
      });
      return [kind, { ...range, ...Object.fromEntries(sides) }];
    }),
  );
  // The keys are those of the type, all of them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { resources: resources as unknown as ResourceSettings, problem: problems[0] };
}

function overwriteOne(
  owner: ResourceOwner,
  kind: Kind,
  side: Side,
  range: ResourceRange,
  env: Env,
): { readonly value?: string; readonly problem?: string } | undefined {
  const maximum = side === "request" ? range.requestOverwriteMaxAllowed : range.limitOverwriteMaxAllowed;
  const [ownerVariable, ownerWord] = OWNER_WORDS[owner];
  const [kindVariable, kindWord] = KIND_WORDS[kind];
  const [sideVariable, sideWord] = SIDE_WORDS[side];
  const value = env.get(`KUBERNETES_${ownerVariable}${kindVariable}_${sideVariable}`);
  if (maximum === undefined || value === undefined || value === "") return undefined;
  const [wanted, allowed] = [parseQuantity(value), parseQuantity(maximum)];
  if (wanted === undefined) return { problem: `parsing resource limit: ${JSON.stringify(value)}` };
  if (allowed !== undefined && wanted <= allowed) return { value };
  const name = `${ownerWord}${kindWord}${sideWord}`;
  return { problem: `the resource "${name}" requested "${value}" is higher than limit allowed "${maximum}"` };
}
