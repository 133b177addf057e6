import { type JsonRecord, toList, toNumber, toRecord, toText, toTextMap, toTexts } from "../../src/engines/json.ts";

/** What the fake's kubelet reads of a container. */
export interface ContainerView {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy: string;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly workingDir: string | undefined;
  readonly env: readonly JsonRecord[];
  readonly isSidecar: boolean;
  readonly startupProbe: JsonRecord | undefined;
  readonly preStop: readonly string[];
  readonly mounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
  readonly memoryLimit: string | undefined;
  readonly security: JsonRecord;
}

export interface PodView {
  readonly name: string;
  readonly namespace: string;
  readonly initContainers: readonly ContainerView[];
  readonly containers: readonly ContainerView[];
  readonly volumes: readonly JsonRecord[];
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly graceSeconds: number;
}

export function toPodView(pod: JsonRecord): PodView {
  const metadata = toRecord(pod["metadata"]);
  const spec = toRecord(pod["spec"]);
  return {
    name: toText(metadata["name"]) ?? "",
    namespace: toText(metadata["namespace"]) ?? "",
    initContainers: toList(spec["initContainers"]).map(toContainerView),
    containers: toList(spec["containers"]).map(toContainerView),
    volumes: toList(spec["volumes"]).map(toRecord),
    hostAliases: toList(spec["hostAliases"]).map((entry) => {
      const { ip, hostnames } = toRecord(entry);
      return { ip: toText(ip) ?? "", hostnames: toTexts(hostnames) };
    }),
    graceSeconds: toNumber(spec["terminationGracePeriodSeconds"]) ?? 30,
  };
}

function toContainerView(value: unknown): ContainerView {
  const container = toRecord(value);
  const words = (key: string): readonly string[] | undefined =>
    container[key] === undefined ? undefined : toTexts(container[key]);
  const probe = container["startupProbe"];
  return {
    name: toText(container["name"]) ?? "",
    image: toText(container["image"]) ?? "",
    pullPolicy: toText(container["imagePullPolicy"]) ?? "IfNotPresent",
    command: words("command"),
    args: words("args"),
    workingDir: toText(container["workingDir"]),
    env: toList(container["env"]).map(toRecord),
    isSidecar: container["restartPolicy"] === "Always",
    startupProbe: probe === undefined ? undefined : toRecord(probe),
    preStop: toTexts(toRecord(toRecord(toRecord(container["lifecycle"])["preStop"])["exec"])["command"]),
    mounts: toList(container["volumeMounts"]).map((entry) => {
      const { name, mountPath, readOnly } = toRecord(entry);
      return { name: toText(name) ?? "", mountPath: toText(mountPath) ?? "", readOnly: readOnly === true };
    }),
    memoryLimit: toTextMap(toRecord(toRecord(container["resources"])["limits"])).get("memory"),
    security: toRecord(container["securityContext"]),
  };
}

/** `$$` is `$`, as a kubelet reads env, command and args. */
export function unescape(text: string): string {
  return text.replaceAll("$$", "$");
}
