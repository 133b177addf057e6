import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { readConfig } from "./config.ts";

afterEach(() => void vi.unstubAllEnvs());

test.each([
  ["XDG_STATE_HOME", "stateFolder", ".local/state/outrigger"],
  ["XDG_CONFIG_HOME", "configFolder", ".config/outrigger"],
  ["XDG_CACHE_HOME", "cacheFolder", ".cache/outrigger"],
] as const)("%s names a folder when it is absolute, and nothing when it is not", (name, key, usual) => {
  vi.stubEnv("HOME", "/home/ada");
  for (const [value, folder] of [
    ["/srv/x", "/srv/x/outrigger"],
    ["x", join("/home/ada", usual)],
    ["", join("/home/ada", usual)],
  ] as const) {
    vi.stubEnv(name, value);
    expect(readConfig()[key]).toBe(folder);
  }
});
