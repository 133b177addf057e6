/**
 * The part of the Kubernetes API that we write, in its own words. A key that is left out takes the cluster's default.
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isJsonList(value);
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Pod {
  readonly apiVersion: "v1";
  readonly kind: "Pod";
  readonly metadata: Metadata;
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly restartPolicy: "Never";
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly hostAliases?: readonly HostAlias[];
  readonly activeDeadlineSeconds?: number;
  readonly terminationGracePeriodSeconds?: number;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly securityContext?: JsonObject;
  readonly resources?: Resources;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: JsonObject;
  readonly dnsPolicy?: DnsPolicy;
  readonly dnsConfig?: DnsConfig;
  readonly runtimeClassName?: string;
  readonly priorityClassName?: string;
  readonly schedulerName?: string;
  readonly hostUsers?: boolean;
  readonly hostIPC?: true;
  /** Links of services in the name space put a variable for every one of them into the environment; GitLab's too. */
  readonly enableServiceLinks?: false;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: ImagePullPolicy;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly EnvEntry[];
  readonly stdin?: true;
  /** Only of a native sidecar, an init container that goes on running. @source K-111 */
  readonly restartPolicy?: "Always";
  readonly startupProbe?: Probe;
  readonly lifecycle?: Lifecycle;
  readonly resources?: Resources;
  readonly securityContext?: ContainerSecurity;
  readonly volumeMounts: readonly VolumeMountEntry[];
}

export interface Lifecycle {
  readonly postStart?: Hook;
  readonly preStop?: ExecHook;
}

export type Hook = ExecHook | { readonly httpGet: HttpHook } | { readonly tcpSocket: TcpHook };

export interface ExecHook {
  readonly exec: { readonly command: readonly string[] };
}

export interface TcpHook {
  readonly port: number;
  readonly host?: string;
}

export interface HttpHook extends TcpHook {
  readonly path?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

export type ImagePullPolicy = "Always" | "IfNotPresent" | "Never";
export type DnsPolicy = "None" | "Default" | "ClusterFirst" | "ClusterFirstWithHostNet";

/** A value that is written here has every `$` doubled; one from a Secret is taken as it is. */
export type EnvEntry =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: { readonly secretKeyRef: SecretKey } };

export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

export interface Probe {
  readonly tcpSocket?: { readonly port: number };
  readonly exec?: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/** Quantities by kind: `cpu`, `memory`, `ephemeral-storage`. */
export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

export interface ContainerSecurity {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly procMount?: string;
  readonly seLinuxOptions?: JsonObject;
  readonly seccompProfile?: JsonObject;
  readonly appArmorProfile?: JsonObject;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/** One source beside the name: `emptyDir`, `hostPath`, `secret`, ... */
export interface Volume {
  readonly name: string;
  readonly [source: string]: Json | undefined;
}

export interface VolumeMountEntry {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
  readonly mountPropagation?: string;
}

export interface HostAlias {
  readonly ip: string;
  readonly hostnames: readonly string[];
}

export interface Toleration {
  readonly key?: string;
  readonly operator: "Equal" | "Exists";
  readonly value?: string;
  readonly effect?: string;
}

export interface DnsConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name: string; readonly value?: string }[];
}

export interface Namespace {
  readonly apiVersion: "v1";
  readonly kind: "Namespace";
  readonly metadata: Metadata;
}

export interface Secret {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: Metadata;
  readonly type: string;
  readonly stringData: Readonly<Record<string, string>>;
}
