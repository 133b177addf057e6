import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ProcessResult, runProcess } from "../src/system/processes.ts";

const root = resolve(import.meta.dirname, "..");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-launcher-"));
  await cp(join(root, "bin"), join(folder, "bin"), { recursive: true });
  await put("package.json", JSON.stringify({ type: "module", version: "9.8.7" }));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, text: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

/** Makes Node.js believe that it is an older one before the launcher looks. */
const pretendOld = `data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.20.2" } })`;

async function launch(
  argv: readonly string[],
  options: { isOld?: boolean; file?: string } = {},
): Promise<ProcessResult> {
  const old = options.isOld === true ? ["--import", pretendOld] : [];
  const env = { PATH: process.env["PATH"], NODE_DISABLE_COMPILE_CACHE: "1" };
  return await runProcess(process.execPath, [...old, options.file ?? join(folder, "bin/outrigger.js"), ...argv], {
    cwd: tmpdir(),
    env,
  });
}

const program = 'export const main = async (argv) => { console.log("program", ...argv); return 3; };';

describe("bin/outrigger.js", () => {
  test("runs dist/ in the package and ends with the program's exit code", async () => {
    await put("dist/cli/main.js", program);
    expect(await launch(["run", "a b"])).toMatchObject({ exitCode: 3, stdout: "program run a b\n" });
  });

  test("runs src/ in a checkout, also through a link and from another folder", async () => {
    await put("src/cli/main.ts", program);
    await put("dist/cli/main.js", "throw new Error('not this one')");
    const link = join(folder, "link");
    await symlink(join(folder, "bin/outrigger.js"), link);
    expect(await launch(["list"], { file: link })).toMatchObject({ exitCode: 3, stdout: "program list\n" });
  });

  test("ends only when a pipe has taken all of the output", async () => {
    const print = 'process.stdout.write("x".repeat(3e6)); process.stderr.write("y".repeat(3e6))';
    await put("dist/cli/main.js", `export const main = async () => { ${print}; return 0; };`);
    const { exitCode, stdout, stderr } = await launch(["list"]);
    expect([exitCode, stdout.length, stderr.length]).toEqual([0, 3e6, 3e6]);
  });

  test("ends when nobody reads the output any more", async () => {
    await put(
      "dist/cli/main.js",
      'export const main = async () => { process.stdout.on("error", () => {}).write("x".repeat(3e6)); return 4; };',
    );
    const shell = `"$0" "$1" list | true; exit "\${PIPESTATUS[0]}"`;
    const argv = ["-c", shell, process.execPath, join(folder, "bin/outrigger.js")];
    expect(await runProcess("bash", argv, { cwd: folder })).toMatchObject({ exitCode: 4 });
  });

  test("a program that fails in a way of its own is told about", async () => {
    await put("dist/cli/main.js", 'export const main = async () => { throw new Error("broken"); };');
    const { exitCode, stderr } = await launch(["list"]);
    expect(exitCode).toBe(7);
    expect(stderr).toContain("Error: broken");
  });

  test.each(["--version", "-V"])("%s loads neither, on any Node.js", async (option) => {
    await put("src/cli/main.ts", "throw new Error('loaded')");
    expect(await launch([option])).toMatchObject({ exitCode: 0, stdout: "9.8.7\n", stderr: "" });
    expect(await launch([option], { isOld: true })).toMatchObject({ exitCode: 0, stdout: "9.8.7\n" });
  });
});

describe("on a Node.js that is too old", () => {
  test("the package says which one it needs and how to get it", async () => {
    const { exitCode, stderr } = await launch(["run", "test"], { isOld: true });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "Outrigger needs Node.js 24.11 or newer; this is 20.20.2. Try: npx -p node@24 -p outrigger outrigger run test\n",
    );
  });

  test("a checkout that was never set up says so", async () => {
    await put("src/cli/main.ts", program);
    const { exitCode, stderr } = await launch(["run"], { isOld: true });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Try: npm run setup");
  });

  test("a checkout with a Node.js of its own starts itself with that and gives its exit code", async () => {
    await put("src/cli/main.ts", program);
    await put(".tools/node_modules/node/bin/node", '#!/bin/sh\necho "own node: $*"\nexit 5\n');
    const { exitCode, stdout } = await launch(["run", "a b"], { isOld: true });
    expect(stdout).toBe(`own node: ${join(folder, "bin/outrigger.js")} run a b\n`);
    expect(exitCode).toBe(5);
  });

  test("and ends by the signal that ended it", async () => {
    await put("src/cli/main.ts", program);
    await put(".tools/node_modules/node/bin/node", "#!/bin/sh\nkill -TERM $$\n");
    expect(await launch(["run"], { isOld: true })).toMatchObject({ exitCode: undefined, endedBy: "SIGTERM" });
  });
});
