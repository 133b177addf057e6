import { describe, expect, test } from "vitest";
import { standInFor, testImages } from "../../tests/images/stand-ins.ts";
import { recipeHash } from "./recipe-hash.ts";

describe("the recipe that stands in for an image", () => {
  test.each([
    ["postgres", "postgres"],
    ["postgres:11.7", "postgres"],
    ["docker.io/library/postgres:16@sha256:00", "postgres"],
    ["library/redis:7", "redis"],
    ["selenium/standalone-firefox:4.0", "selenium"],
    ["registry.gitlab.com/organization/private-api:latest", "private-api"],
    ["registry.example:5000/postgres:16", undefined],
    ["docker:20.10.16-dind", "dind"],
    ["docker:20.10.16", "docker"],
    ["nobody/knows:1", undefined],
  ])("%s: %s", (image, recipe) => {
    expect(standInFor(image)).toBe(recipe);
  });

  test("there is one for each image that the tests use", () => {
    expect(testImages.filter((image) => standInFor(image) === undefined)).toEqual([]);
  });
});

describe("the hash of a recipe", () => {
  test("stays the same while nothing changes, and differs between recipes", () => {
    expect(recipeHash("redis", "base-1")).toBe(recipeHash("redis", "base-1"));
    expect(recipeHash("redis", "base-1")).not.toBe(recipeHash("memcached", "base-1"));
  });

  test("changes with what the recipe derives from", () => {
    expect(recipeHash("my-postgres", "base-1")).not.toBe(recipeHash("my-postgres", "base-2"));
  });
});
