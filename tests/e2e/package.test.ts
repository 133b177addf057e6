import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliProject } from "./cli-project.ts";

const ROOT = resolve(import.meta.dirname, "../..");

describe("the package as it is published", () => {
  let home = "";

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "outrigger-package-"));
    execFileSync(join(ROOT, "node_modules/.bin/rolldown"), ["-c", "rolldown.config.js", "-d", join(home, "dist/cli")], {
      cwd: ROOT,
      stdio: "ignore",
    });
    for (const name of ["bin", "package.json"]) cpSync(join(ROOT, name), join(home, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
  });

  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  test("runs a job with a service, from any folder, through a link like npm's", () => {
    using project = new CliProject({
      ".gitlab-ci.yml":
        "test:\n  image: busybox\n  services: [{name: redis:7, alias: cache}]\n  script: [echo it ran]\n",
    });
    symlinkSync(join(home, "bin/outrigger.js"), join(home, "outrigger"));
    const output = execFileSync(process.execPath, [join(home, "outrigger"), "run", "test"], {
      cwd: project.folder,
      encoding: "utf8",
      env: { ...process.env, XDG_STATE_HOME: join(home, "state") },
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(output).toContain("test | it ran");
  });

  test("says its version without loading anything", () => {
    rmSync(join(home, "dist"), { recursive: true });
    const output = execFileSync(process.execPath, [join(home, "bin/outrigger.js"), "--version"], { encoding: "utf8" });
    expect(output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
