import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chooseDialect, DIALECTS } from "../src/dialects/detect.ts";
import type { DialectId } from "../src/model/pipeline.ts";
import { tryMutated } from "./fuzz/try-mutated.ts";
import { isSoak, seed } from "./long-suites.ts";
import { SHARED_FOLDER } from "./shared-folder.ts";

/** Inputs for each row; a sample of the dialects that are much alike has 300 in all. */
const COUNT = isSoak ? 10_000 : 300;
const ALIKE_COUNT = isSoak ? COUNT : COUNT / 6;

/** Large files have the same places as small ones, and take most of the time. */
const MAX_LENGTH = 6_000;

const OWN = join(import.meta.dirname, "cases");
/** Public files that lie beside the checkout on some machines. */
const CORPUS = join(SHARED_FOLDER, "corpus");

function filesOf(...folders: readonly string[]): readonly string[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")))
    .filter((text) => text.length <= MAX_LENGTH);
}

const gitlab = filesOf(join(OWN, "gitlab"), join(CORPUS, "gitlab"));
const drone = filesOf(join(OWN, "drone"), join(CORPUS, "drone"), join(CORPUS, "woodpecker"));

/** Most files of one dialect are refused as another, at once: half of the inputs begin as what they are read as. */
async function filesLike(dialect: DialectId): Promise<readonly string[]> {
  const ids = await Promise.all(drone.map((text) => chooseDialect({ file: "pipeline.yml", text })));
  const alike = drone.filter((_, index) => ids[index]?.id === dialect);
  const copies = Math.ceil(drone.length / Math.max(1, alike.length));
  return [...drone, ...Array.from({ length: copies }, () => alike).flat()];
}

const rows = [
  { dialect: "gitlab", files: gitlab, count: COUNT },
  ...(await Promise.all(
    DIALECTS.filter((id) => id !== "gitlab").map(async (dialect) => {
      return { dialect, files: await filesLike(dialect), count: ALIKE_COUNT };
    }),
  )),
  { dialect: "whatever it looks like", files: [...gitlab, ...drone], count: ALIKE_COUNT },
];

describe(`files that somebody changed at random (OUTRIGGER_SEED=${seed})`, () => {
  test.each(rows)(
    "$count read as $dialect give findings, never an internal error, and never take for ever",
    async ({ dialect, files, count }) => {
      const refused = await tryMutated({ dialect, files, count, seed });
      // Inputs that all work, or all fail, would try little.
      expect(refused).toBeGreaterThan(count / 20);
      expect(refused).toBeLessThan(count);
    },
    isSoak ? 1_800_000 : 120_000,
  );
});
