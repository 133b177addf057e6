// How far a container is kept apart from the machine. All but taking capabilities away needs trust (DR-179).

import type { ContainerSpec } from "../../model/container.ts";
import { type Defined, withoutUndefined } from "../../text/without-undefined.ts";
import { presentField, readPairs, readText, readTexts } from "./accept.ts";
import type { GuardedField } from "./rules.ts";
import { askHost, type Place } from "./scope.ts";

type Isolation = Pick<
  ContainerSpec,
  "capAdd" | "capDrop" | "sysctls" | "ipcMode" | "pidMode" | "usernsMode" | "securityOpt" | "groupAdd" | "cgroupParent"
>;

export function readIsolation(place: Place): Defined<Isolation> {
  return withoutUndefined<Isolation>({
    ...withoutUndefined({
      capAdd: readAskedList(place, "cap_add"),
      capDrop: readTexts(place, "cap_drop"),
      sysctls: readSysctls(place),
      ipcMode: readAskedText(place, "ipc_mode"),
      pidMode: readAskedText(place, "pid"),
      usernsMode: readAskedText(place, "userns_mode"),
      securityOpt: readAskedList(place, "security_opt"),
      groupAdd: readAskedList(place, "group_add"),
      cgroupParent: readAskedText(place, "cgroup_parent"),
    }),
  });
}

function readAskedText(place: Place, key: GuardedField): string | undefined {
  const text = readText(place, key);
  const node = presentField(place, key);
  if (text !== undefined && node !== undefined) {
    askHost(place, { capability: "security", field: key, value: text }, node, `${place.path}.${key}`);
  }
  return text;
}

function readAskedList(place: Place, key: GuardedField): readonly string[] | undefined {
  const texts = readTexts(place, key);
  const node = presentField(place, key);
  for (const [index, text] of (texts ?? []).entries()) {
    if (node === undefined) continue;
    askHost(place, { capability: "security", field: key, value: text }, node, `${place.path}.${key}[${index}]`);
  }
  return texts;
}

function readSysctls(place: Place): ReadonlyMap<string, string> | undefined {
  const pairs = readPairs(place, "sysctls");
  const node = presentField(place, "sysctls");
  if (pairs === undefined || node === undefined) return undefined;
  const sysctls = new Map(pairs.map(([name, , text]) => [name, text]));
  const value = [...sysctls].map(([name, text]) => `${name}=${text}`).join(", ");
  askHost(place, { capability: "security", field: "sysctls", value }, node, `${place.path}.sysctls`);
  return sysctls;
}
