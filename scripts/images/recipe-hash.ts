import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseOfRecipe, type StandInRecipe } from "../../tests/images/stand-ins.ts";

const recipesFolder = fileURLToPath(new URL("../../tests/images/", import.meta.url));

export function recipeFolder(recipe: StandInRecipe): string {
  return join(recipesFolder, recipe);
}

/**
 * Twelve hexadecimal digits over everything that goes into a stand-in: its files, and those of what it derives from.
 * Changed recipe, changed hash; the packages' versions are not in it, so an old stand-in stays until its recipe changes.
 */
export function recipeHash(recipe: StandInRecipe | "base", baseKey: string): string {
  const hash = createHash("sha256");
  if (recipe === "base") return hash.update(baseKey).digest("hex").slice(0, 12);
  hash.update(recipeHash(baseOfRecipe(recipe), baseKey));
  for (const file of readdirSync(recipeFolder(recipe)).toSorted()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(recipeFolder(recipe), file)));
  }
  return hash.digest("hex").slice(0, 12);
}
