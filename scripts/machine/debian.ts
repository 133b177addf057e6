import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runProcess } from "../../src/system/processes.ts";
import { type Say, SetupFailure } from "../setup-failure.ts";

/** Debian itself or a derivative with apt. */
export async function isDebian(): Promise<boolean> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(?:_LIKE)?=.*\bdebian\b/m.test(release) && (await findProgram("apt-get")) !== undefined;
}

/** The folders of root's PATH count too: a user's PATH often lacks them. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    const file = join(folder, name);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== "" && isThere) return file;
  }
  return undefined;
}

/** Installs Debian packages unless `program` is there already. Needs root. */
export async function installPackages(packages: readonly string[], program: string, say: Say): Promise<void> {
  if ((await findProgram(program)) !== undefined) return;
  say(`installing ${packages.join(", ")} with apt-get`);
  const install = ["install", "--yes", "--no-install-recommends", ...packages];
  let failure = await runApt(install);
  if (failure === undefined) return;
  // A machine that never asked for the package lists, or did so long ago.
  failure = (await runApt(["update"])) ?? (await runApt(install));
  if (failure === undefined) return;
  throw new SetupFailure(
    6,
    `apt-get could not install ${packages.join(", ")}: ${failure}`,
    "check that apt-get update works on this machine",
  );
}

/** @returns what went wrong, in apt's own words. */
async function runApt(argv: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["--quiet", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"];
  const result = await runProcess("apt-get", [...options, ...argv], { env });
  if (result.exitCode === 0) return undefined;
  const errors = result.stderr.split("\n").filter((line) => line.startsWith("E:"));
  return errors[0]?.slice(2).trim() ?? `exit code ${result.exitCode ?? result.endedBy ?? "?"}`;
}
