import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseEvent } from "../../src/events/ndjson.ts";
import type { RunEvent } from "../../src/events/run-event.ts";

const PROGRAM = resolve(import.meta.dirname, "../../bin/outrigger.js");

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of `run`, with `--json=FILE` added by {@link CliProject.run}. */
  readonly events: readonly RunEvent[];
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly finished: Promise<CliResult>;
  /** Resolves when an event passes the test; rejects when the process ends before. */
  until(isIt: (event: RunEvent) => boolean): Promise<RunEvent>;
}

/** A project in a folder of its own, a git repository unless told otherwise, and the program run in it. */
export class CliProject implements Disposable {
  readonly folder: string;
  /** Where runs are kept. */
  readonly stateFolder: string;
  readonly #root: string;

  constructor(
    files: Readonly<Record<string, string>>,
    options: { readonly git?: boolean; readonly name?: string } = {},
  ) {
    this.#root = mkdtempSync(join(tmpdir(), "outrigger-e2e-"));
    this.stateFolder = join(this.#root, "state");
    this.folder = join(this.#root, options.name ?? "project");
    mkdirSync(this.folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    if (options.git !== false) this.commit();
  }

  commit(): void {
    const git = (...argv: string[]): void => {
      execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", ...argv], {
        cwd: this.folder,
        stdio: "ignore",
      });
    };
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "--allow-empty", "-m", "first");
  }

  /** Any command; `below` is the folder of the project where it is given. */
  async call(argv: readonly string[], env: Readonly<Record<string, string>> = {}, below = "."): Promise<CliResult> {
    return this.start(argv, env, below).finished;
  }

  /** `outrigger run`, with its events. */
  async run(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
    return this.startRun(argv, env).finished;
  }

  /** As {@link run}, from a folder of the project. */
  async runIn(below: string, argv: readonly string[]): Promise<CliResult> {
    return this.start(["run", "--json", ...argv], {}, below).finished;
  }

  startRun(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): StartedCli {
    return this.start(["run", "--json", ...argv], env);
  }

  start(argv: readonly string[], env: Readonly<Record<string, string>> = {}, below = "."): StartedCli {
    const child = spawn(process.execPath, [PROGRAM, ...argv], {
      cwd: join(this.folder, below),
      env: { ...process.env, XDG_STATE_HOME: this.stateFolder, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const events: RunEvent[] = [];
    const waiting = new Set<() => void>();
    let [stdout, stderr, rest] = ["", "", ""];
    let isClosed = false;
    const wake = (): void => {
      for (const check of waiting) check();
    };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = parseEvent(line);
        if (event !== undefined) events.push(event);
      }
      wake();
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    const finished = new Promise<CliResult>((settle) => {
      child.on("close", (exitCode) => {
        isClosed = true;
        wake();
        settle({ exitCode, stdout, stderr, events });
      });
    });
    const until = (isIt: (event: RunEvent) => boolean): Promise<RunEvent> =>
      new Promise((settle, reject) => {
        const check = (): void => {
          const found = events.find(isIt);
          if (found === undefined && !isClosed) return;
          waiting.delete(check);
          if (found !== undefined) settle(found);
          else reject(new Error(`the process ended first:\n${stdout}\n${stderr}`));
        };
        waiting.add(check);
        check();
      });
    return { child, finished, until };
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** The lines a job's script printed, without colours and without the echoed commands. */
export function jobOutput(result: CliResult, job?: string): readonly string[] {
  return result.events.flatMap((event) => {
    if (event.type !== "job.log" || (job !== undefined && event.job !== job)) return [];
    // biome-ignore lint: the escape character is what is removed
    const text = event.text.replace(/\u001b\[[0-9;]*m/g, "");
    return text.startsWith("$ ") ? [] : [text];
  });
}

/** The only event of a type, or the first one. */
export function eventOf<T extends RunEvent["type"]>(result: CliResult, type: T): Extract<RunEvent, { type: T }> {
  const found = result.events.find((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  if (found === undefined) throw new Error(`no ${type} among\n${result.stdout}\n${result.stderr}`);
  return found;
}
