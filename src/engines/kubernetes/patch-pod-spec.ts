import { EngineFailureError } from "../../model/outrigger-error.ts";
import { assertNever } from "../../text/assert-never.ts";
import { isJsonList, isJsonObject, type Json, type JsonObject, type PodSpec } from "./pod.ts";
import type { PodSpecPatch } from "./settings.ts";
import { strategicMerge } from "./strategic-merge.ts";

/**
 * The operator's changes, in order, after everything else is decided.
 *
 * @throws EngineFailureError when a patch does not fit, or leaves no pod.
 * @source K-59, K-117
 */
export function patchPodSpec(spec: PodSpec, patches: readonly PodSpecPatch[]): PodSpec {
  if (patches.length === 0) return spec;
  let patched: PodSpec = spec;
  for (const patch of patches) {
    const next = applyPatch(toJson(patched), patch);
    if (!isPodSpec(next)) throw wrongPatch(patch, "the pod has no containers any more");
    const names = new Set(next.containers.map(({ name }) => name));
    const lost = spec.containers.find(({ name }) => !names.has(name));
    if (lost !== undefined) throw wrongPatch(patch, `the pod has no container "${lost.name}" any more`);
    patched = next;
  }
  return patched;
}

function applyPatch(spec: Json, patch: PodSpecPatch): Json {
  switch (patch.kind) {
    case "merge":
      return mergePatch(spec, patch.patch);
    case "json":
      return applyOperations(spec, patch);
    case "strategic":
      return strategicMerge(isJsonObject(spec) ? spec : {}, patch.patch, (why, place) =>
        wrongPatch(patch, place === "" ? why : `${why}, at "${place}"`),
      );
    default:
      return assertNever(patch);
  }
}

/** RFC 7386: `null` removes, lists are replaced. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json | undefined> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = mergePatch(result[key] ?? null, value);
  }
  return result;
}

/** RFC 6902. */
function applyOperations(target: Json, patch: Extract<PodSpecPatch, { readonly kind: "json" }>): Json {
  let result = target;
  for (const operation of patch.operations) {
    const { op, path } = operation;
    const place = [op, path].filter((word) => typeof word === "string").join(" ");
    const refuse = (why: string): EngineFailureError => wrongPatch(patch, `${why}, at "${place}"`);
    result = applyOperation(result, operation, refuse);
  }
  return result;
}

type Refuse = (why: string) => EngineFailureError;

function applyOperation(target: Json, operation: JsonObject, refuse: Refuse): Json {
  const { op, value } = operation;
  const path = pointerOf(operation["path"], refuse);
  const from = (): readonly string[] => pointerOf(operation["from"], refuse);
  const given = (): Json => {
    if (value === undefined) throw refuse("a value is missing");
    return value;
  };
  switch (op) {
    case "add":
      return change(target, path, refuse, () => given());
    case "replace":
      find(target, path, refuse);
      return change(change(target, path, refuse, undefined), path, refuse, () => given());
    case "remove":
      find(target, path, refuse);
      return change(target, path, refuse, undefined);
    case "copy": {
      const copied = find(target, from(), refuse);
      return change(target, path, refuse, () => copied);
    }
    case "move": {
      const moved = find(target, from(), refuse);
      return change(change(target, from(), refuse, undefined), path, refuse, () => moved);
    }
    case "test":
      if (JSON.stringify(find(target, path, refuse)) === JSON.stringify(given())) return target;
      throw refuse("the value is another one");
    default:
      throw refuse("no such operation");
  }
}

/** `/a/b~1c` is `a`, `b/c`. */
function pointerOf(text: Json | undefined, refuse: Refuse): readonly string[] {
  if (typeof text !== "string" || (text !== "" && !text.startsWith("/"))) throw refuse("no path");
  const parts = text.split("/").slice(1);
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function find(target: Json, path: readonly string[], refuse: Refuse): Json {
  let found: Json | undefined = target;
  for (const part of path)
    found = isJsonList(found) ? found[Number(part)] : isJsonObject(found) ? found[part] : undefined;
  if (found === undefined) throw refuse("nothing stands there");
  return found;
}

/** @param make undefined: remove what stands there; else put in, before what stands at a list's place. */
function change(target: Json, path: readonly string[], refuse: Refuse, make: (() => Json) | undefined): Json {
  const [part, ...rest] = path;
  if (part === undefined) return make === undefined ? null : make();
  if (isJsonList(target)) {
    const at = part === "-" ? target.length : Number(part);
    if (!Number.isInteger(at) || at < 0 || at > target.length) throw refuse("no such place in the list");
    if (rest.length > 0) return target.with(at, change(target[at] ?? null, rest, refuse, make));
    return make === undefined ? target.toSpliced(at, 1) : target.toSpliced(at, 0, make());
  }
  if (!isJsonObject(target)) throw refuse("nothing stands above it");
  const { [part]: old, ...others } = target;
  if (rest.length > 0) {
    if (old === undefined) throw refuse("nothing stands above it");
    return { ...target, [part]: change(old, rest, refuse, make) };
  }
  return make === undefined ? others : { ...target, [part]: make() };
}

/** A pod spec is JSON by what it is made of; only its type does not say so. */
function toJson(spec: PodSpec): Json {
  const json: Json = JSON.parse(JSON.stringify(spec));
  return json;
}

/** What the rest of this room relies on; the API server judges everything else. */
function isPodSpec(value: unknown): value is PodSpec {
  if (typeof value !== "object" || value === null || !("containers" in value)) return false;
  return Array.isArray(value.containers) && value.containers.length > 0;
}

function wrongPatch({ name, at }: PodSpecPatch, why: string): EngineFailureError {
  return new EngineFailureError("pod_spec_patch", `the patch "${name}" does not fit the pod: ${why}`, {
    at,
    hint: "see the pod without it: remove it from the settings file and run outrigger explain --engine kubernetes --format yaml",
  });
}
