import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AGENT_SCRIPT } from "./agent-script.ts";

/** What this machine has of the shells that images have. */
const SHELLS = [["sh"], ["dash"], ["bash"], ["busybox", "sh"]].filter(
  ([program = "", ...rest]) => spawnSync(program, [...rest, "-c", ":"]).status === 0,
);

describe.each(SHELLS)("the agent in %s", (program, ...rest) => {
  let root = "";
  let serving: ChildProcess | undefined;
  const words = (command: string, ...argv: readonly string[]): string[] => [
    ...rest,
    join(root, "agent.sh"),
    command,
    ...argv,
  ];
  const deliver = (stage: string, script: string): ReturnType<typeof spawnSync> =>
    // More follows on the input, as it does while the input of a command in a pod stays open.
    spawnSync(program, words("deliver", join(root, "build"), stage), {
      input: `${Buffer.byteLength(script)}\n${script}and more`,
      encoding: "utf8",
    });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "outrigger-agent-"));
    writeFileSync(join(root, "agent.sh"), AGENT_SCRIPT);
    serving = spawn(program, words("serve", join(root, "build")), { stdio: "ignore", cwd: root, detached: true });
  });
  afterEach(async () => {
    const ended = new Promise((resolve) => serving?.on("close", resolve));
    serving?.kill("SIGTERM");
    await ended;
    // In a container the end of its first process is the end of all; here they are a group.
    if (serving?.pid !== undefined) endGroup(serving.pid);
    rmSync(root, { recursive: true, force: true });
  });

  test("runs a script, hands on both streams apart, and ends with its code", () => {
    expect(deliver("1", "echo out; echo err >&2; exit 7\n")).toMatchObject({
      status: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("never runs a stage twice (K-112)", () => {
    deliver("1", `echo ran >>${root}/runs\n`);
    expect(deliver("1", `echo again >>${root}/runs\n`).status).toBe(0);
    expect(execFileSync("cat", [join(root, "runs")], { encoding: "utf8" })).toBe("ran\n");
  });

  test("runs one stage after the other, each in a fresh shell where the container began", () => {
    deliver("1", "cd /; X=1; umask 077\n");
    expect(deliver("2", 'echo "$X"; pwd; umask\n').stdout).toBe(`\n${root}\n0022\n`);
  });

  test("follows from any offset without loss and without doubling", () => {
    const size = 200_001;
    deliver("1", `head -c ${size} /dev/zero; echo end; echo problem >&2\n`);
    for (const offset of [0, 1, 65_535, 65_536, 131_073, size]) {
      const { stdout, stderr } = spawnSync(program, words("follow", join(root, "build"), "1", String(offset), "3"));
      expect({ offset, out: stdout.length, err: stderr.toString() }).toEqual({
        offset,
        out: size + "end\n".length - offset,
        err: "blem\n",
      });
    }
  });

  test("a script that is killed has the shell's code for it", () => {
    expect(deliver("1", "kill -KILL $$\n").status).toBe(137);
  });

  test("a script may wait for SIGINT: it does not inherit that it is ignored", () => {
    expect(deliver("1", "trap 'exit 9' INT; kill -INT $$; exit 1\n").status).toBe(9);
  });

  test.each([0, 5, 19])(
    "of a script that was cut short after %i of 20 bytes nothing runs; handed in again it does",
    (length) => {
      const script = `touch ran; echo 12345\n`.slice(-20);
      const cut = `20\n${script.slice(0, length)}`;
      expect(spawnSync(program, words("deliver", join(root, "build"), "1"), { input: cut }).status).toBe(125);
      expect(readdirSync(join(root, "build")).filter((name) => /\.(?:run|begun)$/.test(name))).toEqual([]);
      expect(deliver("1", "exit 7\n").status).toBe(7);
    },
  );

  test("ends when it is told to as soon as it is ready", async () => {
    await Promise.all(
      Array.from({ length: 12 }, async (_, number) => {
        const folder = join(root, `idle-${number}`);
        const idle = spawn(program, words("serve", folder), { stdio: "ignore", cwd: root, detached: true });
        const ended = new Promise((resolve) => idle.on("close", resolve));
        await expect.poll(() => existsSync(join(folder, "ready")), { interval: 1, timeout: 10_000 }).toBe(true);
        idle.kill("SIGTERM");
        expect(await ended).toBe(143);
        if (idle.pid !== undefined) endGroup(idle.pid);
      }),
    );
  });

  test("a stage that was canceled before it began never begins", () => {
    execFileSync("mkdir", ["-p", join(root, "build")]);
    writeFileSync(join(root, "build", "1.cancel"), "");
    expect(deliver("1", `touch ${root}/ran\n`).status).toBe(143);
    expect(existsSync(join(root, "ran"))).toBe(false);
  });

  test("outside of a container it signals nobody", () => {
    deliver("1", "true\n");
    writeFileSync(join(root, "build", "2.begun"), "");
    expect(spawnSync(program, words("stop", join(root, "build"), "2", "TERM")).status).toBe(125);
  });

  test("archives come in pieces and are unpacked with the last one, into a folder that was emptied before the first", () => {
    execFileSync("sh", ["-c", `cd ${root} && echo hello >hello && tar -cf all.tar hello`]);
    const spool = join(root, "spool.tar");
    let total = 0;
    const send = (bytes: Buffer, when: string): void => {
      total += bytes.length;
      const argv = words("unpack", join(root, "target"), String(bytes.length), String(total), spool, when);
      expect(spawnSync(program, argv, { input: bytes }).status).toBe(0);
    };
    const archive = execFileSync("cat", [join(root, "all.tar")]);
    execFileSync("sh", ["-c", `mkdir -p ${root}/target/.old/x && touch ${root}/target/..older ${root}/target/oldest`]);
    send(archive.subarray(0, 700), "first");
    expect(readdirSync(join(root, "target"))).toEqual([]);
    writeFileSync(join(root, "target", "later"), "");
    send(archive.subarray(700, 1400), "between");
    send(archive.subarray(1400), "last");
    expect(readdirSync(join(root, "target")).toSorted()).toEqual(["hello", "later"]);
    expect(execFileSync("cat", [join(root, "target", "hello")], { encoding: "utf8" })).toBe("hello\n");
    expect(existsSync(spool)).toBe(false);
  });

  test.each([0, 700])(
    "of an archive that was cut short after %i bytes nothing is unpacked, and nothing removed",
    (length) => {
      execFileSync("sh", [
        "-c",
        `cd ${root} && echo hello >hello && tar -cf all.tar hello && mkdir target && touch target/old`,
      ]);
      const archive = execFileSync("cat", [join(root, "all.tar")]);
      const size = String(archive.length);
      const argv = words("unpack", join(root, "target"), size, size, join(root, "spool.tar"), "first last");
      expect(spawnSync(program, argv, { input: archive.subarray(0, length) }).status).toBe(1);
      expect(readdirSync(join(root, "target"))).toEqual(["old"]);
    },
  );
});

function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nobody of it is left.
  }
}
