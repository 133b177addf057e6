import type { JobPlan } from "../../model/job-plan.ts";
import { compileRe2 } from "../../text/re2.ts";
import { overwriteForService, overwriteResources, ownVariables } from "./overwrite-resources.ts";
import type { KubernetesSettings, ResourceSettings } from "./settings.ts";
import { parseToleration } from "./tolerations.ts";

/** The settings as one job sees them, after its variables were looked at. */
export interface JobSettings extends KubernetesSettings {
  /** By a service's id. */
  readonly serviceResources: ReadonlyMap<string, ResourceSettings>;
}

export interface Overwritten {
  readonly settings: JobSettings;
  /** Why the job cannot run, in GitLab Runner's words. */
  readonly problems: readonly OverwriteProblem[];
}

export interface OverwriteProblem {
  readonly text: string;
  /** Id of the service whose own variables it is about; undefined: the job's. */
  readonly service?: string;
}

/**
 * What the job's variables (`KUBERNETES_MEMORY_LIMIT`, `KUBERNETES_NODE_SELECTOR_DISK`) change, as far as the operator
 * allows each by a maximum or a pattern.
 *
 * @source K-45 to K-48
 */
export function overwriteSettings(job: JobPlan, settings: KubernetesSettings): Overwritten {
  const env = job.steps[0]?.env ?? new Map<string, string>();
  const problems: OverwriteProblem[] = [];
  const refuse = (text: string | undefined, service?: string): void => {
    if (text !== undefined) problems.push(service === undefined ? { text } : { text, service });
  };
  const resourcesOf = (owner: keyof KubernetesSettings["resources"]): ResourceSettings => {
    const found = overwriteResources(owner, settings.resources[owner], env);
    refuse(found.problem);
    return found.resources;
  };
  const resources = {
    build: resourcesOf("build"),
    helper: resourcesOf("helper"),
    service: resourcesOf("service"),
    pod: resourcesOf("pod"),
  };
  const serviceResources = new Map<string, ResourceSettings>();
  for (const service of job.services) {
    const own = ownVariables(job, service.env);
    const found = overwriteForService(resources.service, settings.resources.service, own);
    refuse(found.problem, service.id);
    serviceResources.set(service.id, found.resources);
  }
  const words = overwriteWords(env, settings, refuse);
  const flag = env.get("FF_KUBERNETES_HONOR_ENTRYPOINT");
  const honorsEntrypoint = flag === undefined ? settings.honorsEntrypoint : ["1", "true"].includes(flag);
  return { settings: { ...settings, ...words, honorsEntrypoint, resources, serviceResources }, problems };
}

type Refuse = (text: string) => void;
type Words = Pick<
  KubernetesSettings,
  "namespace" | "serviceAccount" | "access" | "podLabels" | "podAnnotations" | "nodeSelector" | "nodeTolerations"
>;

function overwriteWords(env: ReadonlyMap<string, string>, settings: KubernetesSettings, refuse: Refuse): Words {
  const one = (name: string, pattern: string | undefined): string | undefined => {
    const value = env.get(name);
    return value === undefined || value === "" || !isAllowed(value, pattern, refuse) ? undefined : value;
  };
  const many = (prefix: string, pattern: string | undefined): readonly string[] =>
    [...env]
      .filter(([name, value]) => name.startsWith(prefix) && isAllowed(value, pattern, refuse))
      .map(([, value]) => value);
  const pairs = (prefix: string, pattern: string | undefined): Readonly<Record<string, string>> =>
    Object.fromEntries(many(prefix, pattern).map((text) => splitPair(text)));
  const tolerations = many("KUBERNETES_NODE_TOLERATIONS_", settings.nodeTolerationsOverwriteAllowed);
  const namespace = settings.namespacePerJob
    ? undefined
    : (one("KUBERNETES_NAMESPACE_OVERWRITE", settings.namespaceOverwriteAllowed) ?? settings.namespace);
  const serviceAccount =
    one("KUBERNETES_SERVICE_ACCOUNT_OVERWRITE", settings.serviceAccountOverwriteAllowed) ?? settings.serviceAccount;
  const bearerToken = settings.bearerTokenOverwriteAllowed ? env.get("KUBERNETES_BEARER_TOKEN") : undefined;
  const ownLabels = pairs("KUBERNETES_POD_LABELS_", settings.podLabelsOverwriteAllowed);
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    access: bearerToken === undefined || bearerToken === "" ? settings.access : { ...settings.access, bearerToken },
    podLabels: { ...settings.podLabels, ...ownLabels },
    podAnnotations: {
      ...settings.podAnnotations,
      ...pairs("KUBERNETES_POD_ANNOTATIONS_", settings.podAnnotationsOverwriteAllowed),
    },
    nodeSelector: {
      ...settings.nodeSelector,
      ...pairs("KUBERNETES_NODE_SELECTOR_", settings.nodeSelectorOverwriteAllowed),
    },
    nodeTolerations: [...settings.nodeTolerations, ...tolerations.map(parseToleration)],
  };
}

/** Without a pattern nothing may be overwritten, and what is asked for is left out without a word, as GitLab Runner does. */
function isAllowed(value: string, pattern: string | undefined, refuse: Refuse): boolean {
  if (pattern === undefined) return false;
  if (compileRe2(pattern)?.isFoundIn(value) === true) return true;
  refuse(`couldn't prepare overwrites: provided value "${value}" does not match "${pattern}"`);
  return false;
}

function splitPair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
