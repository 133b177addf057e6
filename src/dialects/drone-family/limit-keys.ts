import type { ContainerSpec, Ulimit } from "../../model/container.ts";
import { parseSize } from "../../text/bytes.ts";
import { type Defined, withoutUndefined } from "../../text/without-undefined.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, readBoolean, readNumber, readPairs, readSize, readText, refuse } from "./accept.ts";
import { askHost, type Place } from "./scope.ts";
import { textOf, valueAt } from "./values.ts";

type Limits = Pick<
  ContainerSpec,
  | "shmBytes"
  | "memoryBytes"
  | "memorySwapBytes"
  | "memorySwappiness"
  | "cpus"
  | "cpuShares"
  | "cpuQuota"
  | "cpuset"
  | "oomKillDisable"
  | "ulimits"
  | "labels"
>;

const MAX_NUMBER = 2 ** 40;

/** @source DR-46, DR-52, DR-57, DR-74, DR-179 */
export function readLimits(place: Place): Defined<Limits> {
  const cpuset = readText(place, "cpuset");
  const cpusetNode = presentField(place, "cpuset");
  if (cpuset !== undefined && cpusetNode !== undefined && !/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(cpuset.trim())) {
    refuse(cpusetNode, `${place.path}.cpuset`, `processors such as 0-2,7, not "${cpuset}"`, place);
  }
  return withoutUndefined<Limits>({
    ...withoutUndefined({
      shmBytes: readShm(place),
      memoryBytes: readSize(place, "mem_limit"),
      memorySwapBytes: readSwap(place),
      memorySwappiness: readNumber(place, "mem_swappiness", -1, 100),
      cpus: readNumber(place, "cpus", 0.01, 1024),
      cpuShares: readWhole(place, "cpu_shares"),
      cpuQuota: readWhole(place, "cpu_quota"),
      cpuset: cpuset?.trim(),
      oomKillDisable: readOomKill(place),
      ulimits: readUlimits(place),
      labels: toMap(readPairs(place, "labels")),
    }),
  });
}

function readShm(place: Place): number | undefined {
  const bytes = readSize(place, "shm_size");
  const node = presentField(place, "shm_size");
  if (bytes !== undefined && node !== undefined) {
    const value = textOf(node) ?? "";
    askHost(place, { capability: "security", field: "shm_size", value }, node, `${place.path}.shm_size`);
  }
  return bytes;
}

/** -1: no limit. */
function readSwap(place: Place): number | undefined {
  return readText(place, "memswap_limit")?.trim() === "-1" ? -1 : readSize(place, "memswap_limit");
}

/** Numbers that some versions also took as sizes (`1g`). */
function readWhole(place: Place, key: string): number | undefined {
  const text = readText(place, key);
  const node = presentField(place, key);
  if (text === undefined || node === undefined) return undefined;
  const value = parseSize(text);
  return value !== undefined && value <= MAX_NUMBER
    ? value
    : refuse(node, `${place.path}.${key}`, `a whole number, not "${text}"`, place);
}

function readOomKill(place: Place): boolean | undefined {
  const value = readBoolean(place, "oom_kill_disable");
  const node = presentField(place, "oom_kill_disable");
  if (value === true && node !== undefined) {
    const asked = { capability: "security", field: "oom_kill_disable", value: "oom_kill_disable: true" } as const;
    askHost(place, asked, node, `${place.path}.oom_kill_disable`);
  }
  return value;
}

/** `nofile: 1024`, or soft and hard. */
function readUlimits(place: Place): readonly Ulimit[] | undefined {
  const node = presentField(place, "ulimits");
  if (node === undefined) return undefined;
  const path = `${place.path}.ulimits`;
  if (node.kind !== "mapping") return refuse(node, path, "names with a number, or with soft and hard", place);
  return [...node.entries.values()].flatMap(({ key, value }) => {
    const soft = wholeOf(value.kind === "mapping" ? valueAt(value, "soft") : value);
    const hard = wholeOf(value.kind === "mapping" ? valueAt(value, "hard") : value);
    if (soft !== undefined && hard !== undefined) return [{ name: key.text, soft, hard }];
    refuse(value, `${path}.${key.text}`, "a number, or soft and hard", place);
    return [];
  });
}

function wholeOf(node: YamlNode | undefined): number | undefined {
  const text = textOf(node);
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function toMap(
  pairs: readonly (readonly [string, YamlNode, string])[] | undefined,
): ReadonlyMap<string, string> | undefined {
  return pairs === undefined ? undefined : new Map(pairs.map(([name, , text]) => [name, text]));
}
