import { KEYWORDS, type Keyword, type KeywordPlace, type LocalEffect } from "../src/dialects/gitlab/keyword-table.ts";

const EFFECTS: Readonly<Record<LocalEffect, string>> = {
  runs: "acted on",
  silent: "checked only",
  noted: "checked and noted",
  refused: "refused",
};

const PLACES: Readonly<Record<KeywordPlace, string>> = {
  top: "file",
  default: "default",
  job: "job",
  trigger: "trigger job",
};

/** The cells of the table in docs/gitlab.md: a row for each keyword, and one for the keys in it that differ from it. */
export function keywordRows(): readonly (readonly string[])[] {
  return KEYWORDS.filter((keyword) => keyword.places.length > 0).flatMap((keyword) => {
    const inner = KEYWORDS.filter(({ name }) => name.startsWith(`${keyword.name}:`));
    const differing = inner.filter(({ effect, what }) => effect !== "runs" || what !== undefined);
    const groups = Map.groupBy(differing, ({ effect, what }) => `${effect} ${what ?? ""}`);
    return [toRow([keyword]), ...[...groups.values()].map(toRow)];
  });
}

const MANY = 4;

/** A table is read for the short rows. */
function manyOf(keywords: readonly Keyword[]): string {
  const parent = keywords[0]?.name.replace(/:[^:]*$/, "") ?? "";
  return `\`${parent}\`, ${keywords.length} other keys`;
}

function toRow(keywords: readonly Keyword[]): readonly string[] {
  const [first] = keywords;
  const names = keywords.length > MANY ? manyOf(keywords) : keywords.map(({ name }) => `\`${name}\``).join(", ");
  const places = first?.places.map((place) => PLACES[place]).join(", ") ?? "";
  const effect = first === undefined ? "" : EFFECTS[first.effect];
  return [names, places, first?.what === undefined ? effect : `${effect}: ${first.what}`];
}
