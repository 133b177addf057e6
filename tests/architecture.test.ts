import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const SOURCE = join(ROOT, "src");

/** A room imports only rooms above it in this list, and itself. */
const ROOMS = [
  "text",
  "model",
  "yaml",
  "events",
  "trace",
  "api",
  "dialects",
  "plan",
  "convert",
  "system",
  "config",
  "engines/engine.ts",
  "engines",
  "run",
  "runner",
  "server",
  "cli",
] as const;

/** Folders of one room that never see each other. */
const SIBLINGS = [
  ["dialects/gitlab", "dialects/drone", "dialects/woodpecker"],
  ["engines/docker", "engines/kubernetes", "engines/fake"],
];

/** Pairs that the order alone would allow. */
const FORBIDDEN: readonly (readonly [string, string, string])[] = [
  ["plan", "dialects", "a plan is made of a Pipeline, whatever file it came from"],
  ["run", "plan", "a run gets plans, it makes none"],
  ["run", "dialects", "a run knows no dialect"],
  ["server", "run", "server and run meet through api/ and events/"],
];

/** Which room may import which package; a package belongs to one room. */
const PACKAGES: Readonly<Record<string, string>> = {
  commander: "cli",
  "docker-modem": "engines/docker/api",
  yaml: "yaml",
  re2js: "text/re2",
  "tar-stream": "system/tar",
  "@kubernetes/client-node": "engines/kubernetes/api",
  "smol-toml": "config/toml",
};

/** Where the surroundings may be read. */
const EFFECTS: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/\bprocess\.env\b|\{ env \} = process\b/, ["config/"], "process.env"],
  [/\bDate\.now\(\)|\bperformance\.now\(\)|\bnew Date\(\)/, ["system/", "config/"], "the clock"],
  [/\bMath\.random\(\)|\brandomUUID\(|\brandomBytes\(/, ["system/", "config/"], "randomness"],
  [/\bprocess\.exit\(/, ["cli/main.ts"], "process.exit"],
  [/\bconsole\.(log|error|warn)\(/, [], "console"],
];

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly isTest: boolean;
}

const files = listFiles(SOURCE);
const program = files.filter((file) => !file.isTest && !file.path.startsWith("engines/contract/"));

describe("rooms", () => {
  test("a room imports only rooms above it, and no sibling", () => {
    const wrong = program.flatMap((file) => localImports(file).flatMap((target) => judgeImport(file.path, target)));
    expect(wrong).toEqual([]);
  });

  test("there are no import cycles", () => {
    expect(findCycles(program)).toEqual([]);
  });

  test("a package is imported by one room only", () => {
    const wrong = program.flatMap((file) =>
      packageImports(file)
        .filter((name) => !(PACKAGES[name] !== undefined && file.path.startsWith(PACKAGES[name])))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(EFFECTS)("%s is found only where it belongs", (pattern, allowed) => {
    const wrong = program
      .filter((file) => !allowed.some((room) => file.path.startsWith(room)) && pattern.test(withoutComments(file.text)))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  test("none is longer than 400 lines, tests and tables 600", () => {
    const tooLong = files
      .filter((file) => file.lines > (file.isTest ? 600 : 400))
      .map((file) => `${file.path}: ${file.lines}`);
    expect(tooLong).toEqual([]);
  });

  test("names are kebab-case and say what a file is for", () => {
    const odd = files.filter(
      (file) =>
        !/^[a-z0-9-]+(\.test)?\.ts$/.test(basename(file.path)) ||
        /^(utils?|helpers?|common|misc|manager)\b/.test(basename(file.path)),
    );
    expect(odd.map((file) => file.path)).toEqual([]);
  });

  test("none re-exports another, and none has a default export", () => {
    const wrong = files.filter((file) => /^export (\*|\{[^}]*\}) from|^export default/m.test(file.text));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test("every switch over a union is checked by the compiler, not silenced: no `any`, no non-null assertion", () => {
    const wrong = program.filter((file) => /:\s*any\b|\bas any\b|<any>/.test(withoutComments(file.text)));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });
});

function listFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      const text = readFileSync(full, "utf8");
      return {
        path: relative(SOURCE, full),
        text,
        lines: text.split("\n").length - 1,
        isTest: full.endsWith(".test.ts"),
      };
    });
}

function importTargets(text: string): string[] {
  const imports = /(?:^import[^;"]*?from\s+|^import\s+|\bimport\()"([^"]+)"/gm;
  return [...withoutComments(text).matchAll(imports)].flatMap((match) => match[1] ?? []);
}

function localImports(file: SourceFile): string[] {
  return importTargets(file.text)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(SOURCE, resolve(SOURCE, dirname(file.path), name)));
}

function packageImports(file: SourceFile): string[] {
  return importTargets(file.text).filter((name) => !name.startsWith(".") && !name.startsWith("node:"));
}

function roomOf(path: string): number {
  if (path === "engines/engine.ts") return ROOMS.indexOf("engines/engine.ts");
  return ROOMS.findIndex((room) => path.startsWith(`${room}/`));
}

function judgeImport(from: string, to: string): string[] {
  const [source, target] = [roomOf(from), roomOf(to)];
  const problems: string[] = [];
  if (source === -1 || target === -1) problems.push("stands outside of the rooms");
  else if (target > source) problems.push("imports a room below it");
  if (from.startsWith("run/") && to.startsWith("engines/") && to !== "engines/engine.ts")
    problems.push("run sees engine.ts only");
  for (const [room, other, why] of FORBIDDEN) {
    if (from.startsWith(`${room}/`) && to.startsWith(`${other}/`)) problems.push(why);
  }
  for (const group of SIBLINGS) {
    const own = group.find((folder) => from.startsWith(`${folder}/`));
    if (own !== undefined && group.some((folder) => folder !== own && to.startsWith(`${folder}/`)))
      problems.push("imports a sibling");
  }
  return problems.map((problem) => `${from} -> ${to}: ${problem}`);
}

function findCycles(all: readonly SourceFile[]): string[] {
  const edges = new Map(all.map((file) => [file.path, localImports(file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
