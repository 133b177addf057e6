import { describe, expect, test } from "vitest";
import { runProcess, signalGroup } from "./processes.ts";

const node = process.execPath;

describe("running a program", () => {
  test("gives its output and exit code, also when that is not 0", async () => {
    const script = "process.stdin.on('data', (d) => process.stdout.write(d)); console.error('e'); process.exitCode = 3";
    const result = await runProcess(node, ["-e", script], { input: "hello" });
    expect(result).toEqual({ exitCode: 3, endedBy: undefined, stdout: "hello", stderr: "e\n" });
  });

  test("names the signal that ended it", async () => {
    const result = await runProcess(node, ["-e", "process.kill(process.pid, 'SIGKILL')"]);
    expect(result).toMatchObject({ exitCode: undefined, endedBy: "SIGKILL" });
  });

  test("keeps the end of a long output", async () => {
    const result = await runProcess(node, ["-e", "process.stdout.write('a'.repeat(200000) + 'end')"], {
      outputLimitBytes: 10,
    });
    expect(result.stdout).toBe("aaaaaaaend");
  });

  test("gives the program the environment it is told, and no other", async () => {
    const result = await runProcess(node, ["-p", "process.env.A + process.env.HOME"], { env: { A: "1" } });
    expect(result.stdout).toBe("1undefined\n");
  });

  test("rejects when the program does not exist", async () => {
    await expect(runProcess("/no/such/program", [])).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("an input that nobody reads is no failure", async () => {
    const result = await runProcess(node, ["-e", "process.exit(0)"], { input: "x".repeat(1_000_000) });
    expect(result.exitCode).toBe(0);
  });
});

describe("an aborted program", () => {
  test("is ended with everything it started, even when it ignores TERM", async () => {
    const controller = new AbortController();
    const stubborn = "trap '' TERM; echo $$ >&2; while :; do sleep 0.05; done";
    const running = runProcess("sh", ["-c", stubborn], { signal: controller.signal, killAfterMs: 50 });
    setImmediate(() => controller.abort(new Error("enough")));
    await expect(running).rejects.toThrow("enough");
  });

  test("is not started when the signal is aborted before", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(runProcess("/no/such/program", [], { signal })).rejects.toThrow("too late");
  });
});

test("a group that is gone takes no signal", () => {
  expect(signalGroup(2 ** 30, "SIGTERM")).toBe(false);
});
