import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseImageRef } from "../../model/image-ref.ts";
import { defaultServiceNames, splitAliases } from "./service-names.ts";

interface Case {
  readonly image: string;
  readonly alias: string | null;
  readonly hostnames: readonly string[];
}

const file = new URL("../../../tests/cases/gitlab-service-hostnames.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(file, "utf8"));

describe("service names from an image (GS-203, GS-210)", () => {
  test("the table is whole", () => {
    expect(cases).toHaveLength(86);
  });

  test.each(cases)("$image, alias $alias", ({ image, alias, hostnames }) => {
    const ref = parseImageRef(image);
    const names = ref === undefined ? [] : [...defaultServiceNames(ref), ...splitAliases(alias ?? "")];
    expect([...new Set(names)]).toEqual(hostnames);
  });
});

describe("several names in one alias (GS-105)", () => {
  test.each([
    ["db,postgres,pg", ["db", "postgres", "pg"]],
    ["db postgres db", ["db", "postgres", "db"]],
    ["  kc\tkeycloak ", ["kc", "keycloak"]],
    ["a,\u3000b\u00a0c", ["a", "b", "c"]],
    [",,db;;pg,,", ["db;;pg"]],
    ["", []],
  ])("%j", (alias, names) => {
    expect(splitAliases(alias)).toEqual(names);
  });
});
