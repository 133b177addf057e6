import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8");
const packages = Object.entries((JSON.parse(text) as { packages: Readonly<Record<string, LockedPackage>> }).packages);
const names = new Set(packages.map(([where]) => where));

// A registry that holds only some platforms makes `npm install` leave the others out, and then `npm ci` refuses the lock.
test("the lock names every platform's packages, also those a mirror does not have", () => {
  const wanted = packages.flatMap(([, locked]) => Object.keys(locked.optionalDependencies ?? {}));
  expect(wanted.filter((name) => !names.has(`node_modules/${name}`))).toEqual([]);
});

test("the lock binds nobody to one registry", () => {
  expect(packages.filter(([, locked]) => locked.resolved !== undefined).map(([where]) => where)).toEqual([]);
});
