import { type JsonRecord, toRecord, toText, toTextMap } from "../../src/engines/json.ts";

/** Of the form `a=b,c=d`. */
export function matchesLabels(object: JsonRecord, selector: string | null): boolean {
  const labels = toTextMap(toRecord(object["metadata"])["labels"]);
  return pairsOf(selector).every(([key, value]) => labels.get(key) === value);
}

export function matchesFields(object: JsonRecord, selector: string | null): boolean {
  return pairsOf(selector).every(([path, value]) => {
    const found = path.split(".").reduce<unknown>((at, key) => toRecord(at)[key], object);
    return toText(found) === value;
  });
}

function pairsOf(selector: string | null): readonly (readonly [string, string])[] {
  if (selector === null || selector === "") return [];
  return selector.split(",").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}
