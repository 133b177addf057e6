import { isJsonList, isJsonObject, type Json, type JsonObject } from "./pod.ts";

/** Lists whose entries are told apart by one of their keys; all others are replaced as a whole. */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ["containers", "name"],
  ["initContainers", "name"],
  ["ephemeralContainers", "name"],
  ["volumes", "name"],
  ["imagePullSecrets", "name"],
  ["hostAliases", "ip"],
  ["topologySpreadConstraints", "topologyKey"],
  ["resourceClaims", "name"],
  ["schedulingGates", "name"],
  ["env", "name"],
  ["ports", "containerPort"],
  ["volumeMounts", "mountPath"],
  ["volumeDevices", "devicePath"],
  ["ownerReferences", "uid"],
]);

const DIRECTIVE = "$patch";
const RETAINED = "$retainKeys";
const ORDER = "$setElementOrder/";
const DELETED = "$deleteFromPrimitiveList/";

/** Makes the error for a patch that cannot be applied; `place` is in the patch: `containers[0].env[1]`, or empty for all of it. */
export type RefusePatch = (why: string, place: string) => Error;

/**
 * A strategic merge patch of a pod, or of its `spec`, as an API server applies it: `null` removes, entries of a list are
 * merged by their key and stand in the order of the patch, `$patch` replaces or deletes.
 *
 * @throws what `refuse` makes.
 * @source K-59
 */
export function strategicMerge(target: JsonObject, patch: JsonObject, refuse: RefusePatch): JsonObject {
  return mergeObject(target, patch, "", refuse);
}

function mergeObject(target: JsonObject, patch: JsonObject, place: string, refuse: RefusePatch): JsonObject {
  const { [DIRECTIVE]: directive, [RETAINED]: retained, ...changes } = patch;
  if (directive === "replace") return changes;
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") throw refuse(oddDirective(directive), place);
  const result: Record<string, Json | undefined> = retain(target, changes, retained, (why) => refuse(why, place));
  for (const [key, value] of Object.entries(changes)) {
    const inner = place === "" ? key : `${place}.${key}`;
    if (key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETED)) {
      const field = key.slice(DELETED.length);
      result[field] = without(result[field], value);
    } else if (key.startsWith("$")) throw refuse(`there is no "${key}"`, place);
    else if (value === null) delete result[key];
    else result[key] = mergeValue(key, result[key], value, { patch: changes, place: inner, refuse });
  }
  for (const [key, order] of Object.entries(changes)) {
    const field = key.slice(ORDER.length);
    const mergeKey = MERGE_KEYS.get(field);
    const list = result[field];
    if (!key.startsWith(ORDER) || mergeKey === undefined || !isJsonList(list) || !isJsonList(order)) continue;
    result[field] = inOrder(list, order, list, mergeKey);
  }
  return result;
}

interface MergePlace {
  readonly patch: JsonObject;
  readonly place: string;
  readonly refuse: RefusePatch;
}

function mergeValue(key: string, old: Json | undefined, value: Json | undefined, at: MergePlace): Json | undefined {
  if (isJsonObject(value)) return mergeObject(isJsonObject(old) ? old : {}, value, at.place, at.refuse);
  const mergeKey = MERGE_KEYS.get(key);
  if (!isJsonList(value) || mergeKey === undefined) return value;
  return mergeList(isJsonList(old) ? old : [], value, mergeKey, at);
}

function mergeList(
  target: readonly Json[],
  patch: readonly Json[],
  mergeKey: string,
  { place, refuse }: MergePlace,
): readonly Json[] {
  const entries = patch.map((entry, index) => {
    const at = `${place}[${index}]`;
    if (!isJsonObject(entry)) throw refuse("an entry of this list should be a mapping", at);
    const directive = entry[DIRECTIVE];
    if (directive !== undefined && directive !== "replace" && directive !== "delete") {
      throw refuse(oddDirective(directive), at);
    }
    if (directive !== "replace" && (entry[mergeKey] === undefined || entry[mergeKey] === null)) {
      throw refuse(`"${mergeKey}" is missing, by which the entries of this list are told apart`, at);
    }
    return { entry, directive, at };
  });
  const plain = entries.filter(({ directive }) => directive === undefined);
  // The entry that says so is no entry itself.
  if (entries.some(({ directive }) => directive === "replace")) return plain.map(({ entry }) => entry);
  const deleted = entries.filter(({ directive }) => directive === "delete");
  const merged = target.filter((own) => !deleted.some(({ entry }) => isSame(own, entry, mergeKey)));
  for (const { entry, at } of plain) {
    const found = merged.findIndex((own) => isSame(own, entry, mergeKey));
    const own = merged[found];
    if (isJsonObject(own)) merged[found] = mergeObject(own, entry, at, refuse);
    else merged.push(mergeObject({}, entry, at, refuse));
  }
  return inOrder(
    merged,
    plain.map(({ entry }) => entry),
    target,
    mergeKey,
  );
}

/**
 * Entries that `order` names stand as there; each other one before the first of those that stood behind it, so that what the
 * patch adds comes first.
 */
function inOrder(
  list: readonly Json[],
  order: readonly Json[],
  before: readonly Json[],
  mergeKey: string,
): readonly Json[] {
  const placeIn = (all: readonly Json[], entry: Json): number => all.findIndex((own) => isSame(own, entry, mergeKey));
  const others = list.filter((entry) => placeIn(order, entry) < 0);
  const named = order.flatMap((entry) => list.find((own) => isSame(own, entry, mergeKey)) ?? []);
  const sorted: Json[] = [];
  for (const next of named) {
    const position = placeIn(before, next);
    const behind = others.findIndex((entry) => placeIn(before, entry) >= position);
    sorted.push(...others.splice(0, behind < 0 ? others.length : behind), next);
  }
  return [...sorted, ...others];
}

/** Only what `$retainKeys` names stays of what was there: one kind of volume goes when another one comes. */
function retain(
  target: JsonObject,
  changes: JsonObject,
  retained: Json | undefined,
  refuse: (why: string) => Error,
): Record<string, Json | undefined> {
  if (retained === undefined) return { ...target };
  if (!isJsonList(retained)) throw refuse(`"${RETAINED}" should be a list of keys`);
  const missing = Object.keys(changes).find((key) => !retained.includes(key));
  if (missing !== undefined) throw refuse(`"${RETAINED}" lacks the key "${missing}", which the patch has`);
  return Object.fromEntries(Object.entries(target).filter(([key]) => retained.includes(key)));
}

function without(list: Json | undefined, values: Json | undefined): Json | undefined {
  return isJsonList(list) && isJsonList(values) ? list.filter((item) => !values.includes(item)) : list;
}

function isSame(a: Json, b: Json, mergeKey: string): boolean {
  return isJsonObject(a) && isJsonObject(b) && a[mergeKey] !== undefined && a[mergeKey] === b[mergeKey];
}

function oddDirective(directive: Json): string {
  return `"${DIRECTIVE}" is ${JSON.stringify(directive)}, it should be "replace" or "delete"`;
}
