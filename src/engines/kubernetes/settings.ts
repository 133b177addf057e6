import type { PullPolicy } from "../../model/container.ts";
import type { SourceSpan } from "../../text/source.ts";
import type { ContainerSecurity, DnsConfig, DnsPolicy, HostAlias, JsonObject, Lifecycle, Toleration } from "./pod.ts";

/** What the operator says about the cluster: `[runners.kubernetes]`, every default filled in. */
export interface KubernetesSettings {
  readonly access: ClusterAccess;
  /** Undefined: that of the kubeconfig's context, or of the pod that we run in. */
  readonly namespace?: string;
  readonly namespaceOverwriteAllowed?: string;
  /** Every job has a name space of its own, and the two before do not count. @source K-80 */
  readonly namespacePerJob: boolean;
  /** For jobs without an image; always allowed. */
  readonly image?: string;
  /** Undefined: the job's own image. */
  readonly helperImage?: string;
  /** Where services stand: in the job's pod, in pods of their own, or what the job needs. */
  readonly serviceLayout: "auto" | "pod" | "pods";
  /** False: no native sidecars, which the cluster would start again. */
  readonly servicesRestart: boolean;
  /** Beside every job's own, before them. @source K-20 */
  readonly services: readonly ConfiguredService[];
  readonly pullPolicies?: readonly PullPolicy[];
  readonly allowedPullPolicies?: readonly PullPolicy[];
  readonly allowedImages?: readonly string[];
  readonly allowedServices?: readonly string[];
  readonly imagePullSecrets: readonly string[];
  readonly useServiceAccountImagePullSecrets: boolean;
  readonly serviceAccount?: string;
  readonly serviceAccountOverwriteAllowed?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly bearerTokenOverwriteAllowed: boolean;
  readonly resources: Readonly<Record<ResourceOwner, ResourceSettings>>;
  readonly security: SecuritySettings;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podLabelsOverwriteAllowed?: string;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly podAnnotationsOverwriteAllowed?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeSelectorOverwriteAllowed?: string;
  readonly nodeTolerations: readonly Toleration[];
  readonly nodeTolerationsOverwriteAllowed?: string;
  readonly affinity?: JsonObject;
  readonly volumes: readonly ConfiguredVolume[];
  /** Of every container. @source K-18 */
  readonly lifecycle?: Lifecycle;
  readonly hostAliases: readonly HostAlias[];
  readonly dnsPolicy?: DnsPolicy;
  readonly dnsConfig?: DnsConfig;
  readonly runtimeClassName?: string;
  readonly priorityClassName?: string;
  readonly schedulerName?: string;
  readonly hostUsers?: boolean;
  /** `FF_KUBERNETES_HONOR_ENTRYPOINT`: a job's image starts by its entry point, which has to run what it is given. */
  readonly honorsEntrypoint: boolean;
  /** `FF_USE_POD_ACTIVE_DEADLINE_SECONDS`; on by default. */
  readonly activeDeadline: boolean;
  readonly podSpecPatches: readonly PodSpecPatch[];
  readonly timing: TimingSettings;
  readonly retryLimit: number;
  /** For failures whose message has the key in it. @source K-78 */
  readonly retryLimits: Readonly<Record<string, number>>;
  readonly printPodWarningEvents: boolean;
}

/** How the cluster is reached. Everything absent: in the cluster, or the kubeconfig's current context. */
export interface ClusterAccess {
  readonly context?: string;
  readonly host?: string;
  readonly bearerToken?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** As a `.gitlab-ci.yml` has it; an empty name is left out. */
export interface ConfiguredService {
  readonly name: string;
  readonly alias?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** `NAME=value`. */
  readonly environment?: readonly string[];
}

export type ResourceOwner = "build" | "helper" | "service" | "pod";

/** Quantities in the cluster's own form: `500m`, `1Gi`. */
export interface ResourceSettings {
  readonly cpu: ResourceRange;
  readonly memory: ResourceRange;
  readonly ephemeralStorage: ResourceRange;
}

export interface ResourceRange {
  readonly request?: string;
  readonly limit?: string;
  /** How far a variable of the job may raise it; undefined: not at all. */
  readonly requestOverwriteMaxAllowed?: string;
  readonly limitOverwriteMaxAllowed?: string;
}

export interface SecuritySettings {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  /** Users and groups that a file may choose; undefined: any. @source K-58 */
  readonly allowedUsers?: readonly string[];
  readonly allowedGroups?: readonly string[];
  readonly pod?: JsonObject;
  readonly build: ContainerSecurity;
  readonly helper: ContainerSecurity;
  readonly service: ContainerSecurity;
}

/** `source` is the volume without its name, as the API has it. */
export interface ConfiguredVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly: boolean;
  readonly mountPropagation?: string;
  readonly source: JsonObject;
}

/** One change to the whole pod's `spec`, in order. @source K-59 */
export type PodSpecPatch = (
  | { readonly kind: "merge" | "strategic"; readonly patch: JsonObject }
  | { readonly kind: "json"; readonly operations: readonly JsonObject[] }
) & {
  readonly name: string;
  /** In the settings file. */
  readonly at: SourceSpan;
};

export interface TimingSettings {
  /** How long a pod may take to run. */
  readonly pollTimeoutMs: number;
  /** How long the cluster may take to remove what it was told to. */
  readonly cleanupResourcesTimeoutMs: number;
  readonly resourceAvailabilityMaxAttempts: number;
  readonly retryBackoffMaxMs: number;
  readonly podTerminationGraceSeconds?: number;
  readonly cleanupGraceSeconds?: number;
}

const NO_RESOURCES: ResourceSettings = { cpu: {}, memory: {}, ephemeralStorage: {} };

export const DEFAULT_KUBERNETES_SETTINGS: KubernetesSettings = {
  access: {},
  namespacePerJob: false,
  serviceLayout: "auto",
  servicesRestart: true,
  services: [],
  imagePullSecrets: [],
  useServiceAccountImagePullSecrets: false,
  bearerTokenOverwriteAllowed: false,
  resources: { build: NO_RESOURCES, helper: NO_RESOURCES, service: NO_RESOURCES, pod: NO_RESOURCES },
  security: { capAdd: [], capDrop: [], build: {}, helper: {}, service: {} },
  podLabels: {},
  podAnnotations: {},
  nodeSelector: {},
  nodeTolerations: [],
  volumes: [],
  hostAliases: [],
  honorsEntrypoint: false,
  activeDeadline: true,
  podSpecPatches: [],
  timing: {
    pollTimeoutMs: 180_000,
    cleanupResourcesTimeoutMs: 300_000,
    resourceAvailabilityMaxAttempts: 0,
    retryBackoffMaxMs: 2_000,
  },
  retryLimit: 5,
  retryLimits: {},
  printPodWarningEvents: true,
};
