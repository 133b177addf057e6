/** Labels an object must carry; an empty value asks for the label alone. */
export type LabelFilter = ReadonlyMap<string, string>;

/** The API's way to say it: a JSON text in the query. */
export function toFilters(labels: LabelFilter): string {
  return JSON.stringify({ label: [...labels].map(([key, value]) => (value === "" ? key : `${key}=${value}`)) });
}
