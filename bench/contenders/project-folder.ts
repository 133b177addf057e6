import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runProcess } from "../../src/system/processes.ts";

/** What the repository of a work holds besides its pipeline file: enough that sending it is not nothing. */
export const sourceFiles: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 40 }, (_, index) => [
    `src/part-${index}.txt`,
    `line of part ${index} that stands for source text\n`.repeat(50),
  ]),
);

/** Makes a git repository with these files, all committed, and a remote that is never asked. */
export async function makeProject(folder: string, files: ReadonlyMap<string, string>): Promise<string> {
  for (const [path, text] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const author = ["-c", "user.name=Bench", "-c", "user.email=bench@outrigger.invalid", "-c", "commit.gpgSign=false"];
  await git(folder, ["init", "--quiet", "--initial-branch=main"]);
  await git(folder, ["remote", "add", "origin", "https://gitlab.example.com/group/project.git"]);
  await git(folder, ["add", "."]);
  await git(folder, [...author, "commit", "--quiet", "--message", "Bench"]);
  return folder;
}

async function git(cwd: string, argv: readonly string[]): Promise<void> {
  const result = await runProcess("git", argv, { cwd });
  if (result.exitCode !== 0) throw new Error(`git ${argv.join(" ")}: ${result.stderr.trim()}`);
}
