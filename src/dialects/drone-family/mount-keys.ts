import type { DeviceMount, VolumeMount } from "../../model/container.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, readTexts, refuse } from "./accept.ts";
import { askHost, type Place } from "./scope.ts";
import { itemsOf, textOf, valueAt } from "./values.ts";

export interface Mounts {
  readonly volumes: readonly VolumeMount[];
  readonly devices: readonly DeviceMount[];
  readonly tmpfs: readonly string[];
  readonly volumesFrom?: readonly string[];
}

/** @source DR-41, DR-52, DR-57, DR-61, DR-70, DR-201 to DR-204 */
export function readMounts(place: Place): Mounts {
  const volumes: VolumeMount[] = [];
  const memory: string[] = [];
  const node = presentField(place, "volumes");
  for (const [index, item] of (node === undefined ? [] : itemsOf(node)).entries()) {
    readVolume(item, `${place.path}.volumes[${index}]`, place, volumes, memory);
  }
  const volumesFrom = readVolumesFrom(place);
  return {
    volumes,
    devices: readDevices(place),
    tmpfs: [...readTmpfs(place), ...memory],
    ...(volumesFrom.length === 0 ? {} : { volumesFrom }),
  };
}

function readVolume(node: YamlNode, path: string, place: Place, volumes: VolumeMount[], memory: string[]): void {
  if (node.kind === "mapping") return readNamedMount(node, path, place, volumes, memory);
  const text = textOf(node);
  if (text === undefined) return refuse(node, path, '"source:target", or name and path', place);
  const parts = text.split(":");
  const [first = "", second, third] = parts;
  if (parts.length > 3 || parts.some((part) => part === "")) {
    return refuse(node, path, `source:target or source:target:mode, not "${text}"`, place);
  }
  if (second === undefined) return readLonePath(first, node, path, place, volumes);
  if (!second.startsWith("/") && !(third === undefined && /^(?:ro|rw|z|Z)$/.test(second) && first.startsWith("/"))) {
    return refuse(node, path, `an absolute path in the container, not "${second}"`, place);
  }
  if (!second.startsWith("/")) return readLonePath(first, node, path, place, volumes);
  askHost(place, { capability: "volumes", field: "volumes", value: text, ...hostPathOf(first) }, node, path);
  const readOnly = third?.split(",").includes("ro") === true;
  if (/^[./~]/.test(first)) warnRelative(first, node, path, place);
  volumes.push({ kind: first.startsWith("/") ? "host" : "named", source: first, target: second, readOnly });
}

function hostPathOf(source: string): { readonly hostPath?: string } {
  return source.startsWith("/") ? { hostPath: source } : {};
}

/** 0.4 skipped it; later ones made a volume without a name. */
function readLonePath(target: string, node: YamlNode, path: string, place: Place, volumes: VolumeMount[]): void {
  if (!target.startsWith("/")) return refuse(node, path, `source:target, not "${target}"`, place);
  const { rules, findings } = place.scope;
  if (rules.id === "drone-0.4") {
    findings.warn({
      code: "dropped-by-original",
      text: `${path}: "${target}" without a colon is skipped, as in Drone 0.4`,
      at: node,
      path,
    });
    return;
  }
  // It is a folder of the job's own and reaches nothing of the host, so it needs no trust.
  const volume: VolumeMount = {
    kind: "named",
    source: `${place.name}-volume-${place.anonymous.length + 1}`,
    target,
    readOnly: false,
    lifetime: "job",
  };
  place.anonymous.push(volume);
  volumes.push(volume);
}

function warnRelative(source: string, node: YamlNode, path: string, place: Place): void {
  if (source.startsWith("/")) return;
  place.scope.findings.error({
    code: "relative-volume",
    text: `${path}: volume source "${source}" is relative; sources are paths on the machine that runs the job`,
    at: node,
    path,
    hint: "the repository is mounted in every container at the workspace's path",
  });
}

/** Drone 1's own (DR-66). */
export const RESERVED_VOLUMES: ReadonlySet<string> = new Set(["workspace", "_workspace", "_docker_socket"]);

/** `{name, path}` of Drone 1. */
function readNamedMount(node: YamlNode, path: string, place: Place, volumes: VolumeMount[], memory: string[]): void {
  const name = textOf(valueAt(node, "name"));
  const target = textOf(valueAt(node, "path"));
  const { findings } = place.scope;
  if (name === undefined || target === undefined) return refuse(node, path, "name and path", place);
  const forbidden = /^\/+run\/drone\/?$/.test(target)
    ? `linter: cannot mount volume at /run/drone: ${path}`
    : RESERVED_VOLUMES.has(name)
      ? `linter: invalid volume name: ${name}`
      : undefined;
  if (forbidden !== undefined) return findings.error({ code: "invalid-volume", text: forbidden, at: node, path });
  const volume = place.scope.volumes.get(name);
  switch (volume?.kind) {
    case "host":
      askHost(
        place,
        { capability: "volumes", field: "volumes", value: `${volume.path}:${target}`, hostPath: volume.path },
        node,
        path,
      );
      volumes.push({ kind: "host", source: volume.path, target, readOnly: false });
      return;
    case "temp":
      volumes.push({ kind: "named", source: name, target, readOnly: false, lifetime: "job" });
      return;
    case "memory":
      askHost(place, { capability: "volumes", field: "tmpfs", value: `${name} (memory): ${target}` }, node, path);
      memory.push(volume.sizeBytes === undefined ? target : `${target}:size=${volume.sizeBytes}`);
      return;
    default:
      findings.warn({
        code: "unknown-volume",
        text: `${path}: no volume "${name}" is defined, the mount is skipped`,
        at: node,
        path,
        hint: `define it: volumes: [{ name: ${name}, temp: {} }]`,
      });
  }
}

function readTmpfs(place: Place): readonly string[] {
  const paths = readTexts(place, "tmpfs") ?? [];
  const node = presentField(place, "tmpfs");
  for (const [index, path] of paths.entries()) {
    if (node === undefined) continue;
    const where = `${place.path}.tmpfs[${index}]`;
    if (path.startsWith("/")) askHost(place, { capability: "volumes", field: "tmpfs", value: path }, node, where);
    else refuse(node, where, `an absolute path, not "${path}"`, place);
  }
  return paths.filter((path) => path.startsWith("/"));
}

/** @source DR-203 */
function readDevices(place: Place): readonly DeviceMount[] {
  const node = presentField(place, "devices");
  if (node === undefined) return [];
  return itemsOf(node).flatMap((item, index) => {
    const path = `${place.path}.devices[${index}]`;
    const written = item.kind === "mapping" ? deviceOfVolume(item, path, place) : textOf(item);
    if (written === undefined) return [];
    const [source = "", target = source, permissions = "rwm", ...rest] = written.split(":");
    if (!source.startsWith("/") || !target.startsWith("/") || !/^[rwm]{1,3}$/.test(permissions) || rest.length > 0) {
      refuse(item, path, `/dev/NAME, host:container or host:container:rwm, not "${written}"`, place);
      return [];
    }
    askHost(place, { capability: "volumes", field: "devices", value: written, hostPath: source }, item, path);
    return [{ source, target, permissions }];
  });
}

/** `{name, path}`: a host volume below `/dev` (DR-61). */
function deviceOfVolume(node: YamlNode, path: string, place: Place): string | undefined {
  const name = textOf(valueAt(node, "name"));
  const volume = place.scope.volumes.get(name ?? "");
  if (volume?.kind === "host") return `${volume.path}:${textOf(valueAt(node, "path")) ?? volume.path}`;
  place.scope.findings.warn({
    code: "unknown-volume",
    text: `${path}: no host volume "${name ?? ""}" is defined, the device is skipped`,
    at: node,
    path,
  });
  return undefined;
}

/** The engine's own containers, by name: what they have mounted may be anything of the host. @source DR-46, DR-166 */
function readVolumesFrom(place: Place): readonly string[] {
  const names = readTexts(place, "volumes_from") ?? [];
  const node = presentField(place, "volumes_from");
  return names.filter((name, index) => {
    if (node === undefined) return false;
    const path = `${place.path}.volumes_from[${index}]`;
    const isName = /^[A-Za-z0-9][\w.-]*(?::(?:ro|rw))?$/.test(name);
    if (isName) askHost(place, { capability: "volumes", field: "volumes_from", value: name }, node, path);
    else refuse(node, path, `the name of a container, or name:ro, not "${name}"`, place);
    return isName;
  });
}
