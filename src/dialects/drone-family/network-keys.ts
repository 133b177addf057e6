import type { DeclaredPort } from "../../model/service.ts";
import { presentField, readText, readTexts, refuse } from "./accept.ts";
import { askHost, type Place } from "./scope.ts";
import { itemsOf, textOf, textsOf, valueOf } from "./values.ts";

export interface NetworkSettings {
  readonly networkMode: string | undefined;
  readonly extraHosts: readonly string[];
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly networks: readonly string[];
  readonly aliases: readonly string[];
  readonly ports: readonly DeclaredPort[];
}

/** @source DR-10, DR-49, DR-52, DR-102, DR-118 */
export function readNetworkSettings(place: Place): NetworkSettings {
  const { networks, aliases } = readNetworks(place);
  noteLinks(place);
  return {
    networkMode: readNetworkMode(place),
    extraHosts: readExtraHosts(place),
    dns: readAsked(place, "dns"),
    dnsSearch: readAsked(place, "dns_search"),
    networks,
    aliases,
    ports: readPorts(place),
  };
}

function readNetworkMode(place: Place): string | undefined {
  const key = presentField(place, "network_mode") === undefined ? "net" : "network_mode";
  const mode = readText(place, key);
  const node = presentField(place, key);
  if (mode === undefined || node === undefined || mode === "") return undefined;
  // Cutting a container off asks nothing of the host.
  if (mode !== "none") {
    askHost(place, { capability: "network", field: "network_mode", value: mode }, node, `${place.path}.${key}`);
  }
  if (place.kind === "service") {
    place.scope.findings.warn({
      code: "unreachable-service",
      text: `service "${place.name}" uses network_mode ${mode}: other containers cannot reach it as "${place.name}"`,
      at: node,
      path: `${place.path}.${key}`,
    });
  }
  return mode;
}

/** `host:ip`; a mapping too, as compose has it. */
function readExtraHosts(place: Place): readonly string[] {
  const node = presentField(place, "extra_hosts");
  if (node === undefined) return [];
  const path = `${place.path}.extra_hosts`;
  const hosts =
    node.kind === "mapping"
      ? [...node.entries.values()].map(({ key, value }) => `${key.text}:${textOf(value) ?? ""}`)
      : textsOf(node);
  if (hosts === undefined) return refuse(node, path, "a list of host:address", place) ?? [];
  const { rules, findings } = place.scope;
  return hosts.filter((host, index) => {
    if (!/^[^:\s]+:\S+$/.test(host)) {
      refuse(node, `${path}[${index}]`, `host:address, not "${host}"`, place);
      return false;
    }
    if (rules.id === "drone-0.4") {
      findings.warn({
        code: "extra-hosts",
        text: `${path}[${index}] "${host}": Drone 0.4 allowed it to everybody`,
        at: node,
        path,
      });
    } else askHost(place, { capability: "network", field: "extra_hosts", value: host }, node, `${path}[${index}]`);
    return true;
  });
}

function readAsked(place: Place, key: "dns" | "dns_search"): readonly string[] {
  const values = readTexts(place, key) ?? [];
  const node = presentField(place, key);
  if (node !== undefined && values.length > 0) {
    askHost(place, { capability: "network", field: key, value: values.join(", ") }, node, `${place.path}.${key}`);
  }
  return values;
}

/** Names, or compose's form with aliases; `default` is the job's own network. */
function readNetworks(place: Place): { readonly networks: readonly string[]; readonly aliases: readonly string[] } {
  const node = presentField(place, "networks");
  if (node === undefined) return { networks: [], aliases: [] };
  const path = `${place.path}.networks`;
  askHost(place, { capability: "network", field: "networks", value: namesOf(place).join(", ") }, node, path);
  const aliases =
    node.kind !== "mapping"
      ? []
      : [...node.entries.values()].flatMap(({ value }) => {
          const list = value.kind === "mapping" ? valueOf(value, "aliases") : undefined;
          return list === undefined ? [] : (textsOf(list) ?? []);
        });
  return { networks: namesOf(place).filter((name) => name !== "default"), aliases };
}

function namesOf(place: Place): readonly string[] {
  const node = presentField(place, "networks");
  if (node === undefined) return [];
  if (node.kind === "mapping") return [...node.entries.values()].map(({ key }) => key.text);
  return textsOf(node) ?? refuse(node, `${place.path}.networks`, "names of networks", place) ?? [];
}

/** `5432`, `53/udp`; a host port (`8080:80`) is dropped: nothing is published (DR-114). */
function readPorts(place: Place): readonly DeclaredPort[] {
  const node = presentField(place, "ports");
  if (node === undefined) return [];
  return itemsOf(node).flatMap((item, index) => {
    const path = `${place.path}.ports[${index}]`;
    const text = textOf(item) ?? textOf(item.kind === "mapping" ? valueOf(item, "port") : undefined) ?? "";
    const match = /^(?:[^/]*:)?(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text.trim());
    const port = Number(match?.[1]);
    if (match === null || port < 1 || port > 65_535) {
      // Declared ports inform only; Drone never read them, so none may stop a file that works there.
      const why = `${path}: "${text}" is not read as a port; expected 5432 or 53/udp`;
      place.scope.findings.warn({ code: "invalid-port", text: why, at: item, path });
      return [];
    }
    if (text.includes(":")) {
      place.scope.findings.warn({
        code: "host-port",
        text: `${path}: "${text}" is not published on the host; other containers reach port ${port}`,
        at: item,
        path,
      });
    }
    const word = match[2]?.toLowerCase();
    return [{ port, protocol: word === "udp" || word === "sctp" ? word : "tcp" }];
  });
}

function noteLinks(place: Place): void {
  const node = presentField(place, "links");
  if (node === undefined) return;
  place.scope.findings.warn({
    code: "links",
    text: "links is not needed: services are reachable by name and, in shared mode, at 127.0.0.1",
    at: node,
    path: `${place.path}.links`,
  });
}
