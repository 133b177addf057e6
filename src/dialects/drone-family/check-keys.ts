import { didYouMean } from "../../text/did-you-mean.ts";
import type { YamlEntry } from "../../yaml/yaml-node.ts";
import { warnForm } from "./accept.ts";
import { OUR_KEYS } from "./rules.ts";
import type { Place } from "./scope.ts";
import { isNull } from "./values.ts";

/** Keys that we know from another dialect, or from this one, and that change nothing here. */
const WITHOUT_EFFECT: ReadonlyMap<string, string> = new Map([
  ["isolation", "isolation is Windows only"],
  ["build", "an image is not built here"],
  ["shell", "commands run with the image's own sh"],
]);

/** Keys of our own: no old system has them, and none needs to be told about. */
const OWN: ReadonlySet<string> = new Set(["x-outrigger", "links"]);

/**
 * Tells of keys that the dialect does not know: used, ignored, or likely slips.
 *
 * @returns keys that belong to the step's plugin (0.5 to 0.8).
 * @source DR-28 to DR-35, DR-125
 */
export function checkContainerKeys(place: Place): readonly YamlEntry[] {
  const { rules } = place.scope;
  const known = place.kind === "service" ? rules.serviceKeys : rules.stepKeys;
  const takesArguments =
    place.kind === "step" &&
    rules.unknownStepKey === "plugin" &&
    rules.id !== "drone-0.4" &&
    !place.fields.has("commands");
  const loose: YamlEntry[] = [];
  for (const [key, entry] of place.fields) {
    if (OWN.has(key) || (key === "healthcheck" && place.kind === "service")) continue;
    if (known.has(key)) {
      noteEffect(key, entry, place);
      warnText(key, entry, place);
    } else if (takesArguments && key !== "settings") loose.push(entry);
    else if (OUR_KEYS.has(key)) tellForeign(key, entry, place);
    else tellUnknown(key, entry, place, known);
  }
  return loose;
}

/** @source DR-57, DR-59, DR-60 */
function warnText(key: string, { value }: YamlEntry, place: Place): void {
  if (value.kind !== "scalar" || isNull(value) || !place.scope.rules.listKeys.has(key)) return;
  warnForm(place, value, `${place.path}.${key}`, "a text; it wants a list");
}

function noteEffect(key: string, entry: YamlEntry, place: Place): void {
  const why = WITHOUT_EFFECT.get(key);
  if (why === undefined) return;
  place.scope.findings.note({
    code: "without-effect",
    text: `${place.path}: "${key}" has no effect here: ${why}`,
    at: entry.key,
    path: `${place.path}.${key}`,
  });
}

function tellForeign(key: string, entry: YamlEntry, place: Place): void {
  const { rules, findings } = place.scope;
  const isUsed = !WITHOUT_EFFECT.has(key) && !(key === "group" && (rules.id === "drone-1" || place.kind === "service"));
  findings.warn({
    code: "foreign-key",
    text: `${place.path}: "${key}" is not a key of ${rules.label}${isUsed ? ", which dropped it; it is used here" : "; it has no effect"}`,
    at: entry.key,
    path: `${place.path}.${key}`,
  });
}

function tellUnknown(key: string, entry: YamlEntry, place: Place, known: ReadonlySet<string>): void {
  const { rules, findings } = place.scope;
  const near = didYouMean(key, known) ?? didYouMean(key, OUR_KEYS);
  const refuses = rules.id === "drone-0.8" && place.fields.has("commands");
  findings.warn({
    code: "unknown-key",
    text: `${place.path}: unknown key "${key}" (${refuses ? "refused" : "ignored"} by ${rules.label})${near === undefined ? "" : `; did you mean "${near}"?`}`,
    at: entry.key,
    path: `${place.path}.${key}`,
  });
}
