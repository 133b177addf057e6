import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { runProcess } from "../../src/system/processes.ts";
import { callEngine, splitImageName } from "../engine/engine-client.ts";
import { installPackages, isDebian } from "../machine/debian.ts";
import { type Say, SetupFailure } from "../setup-failure.ts";

/** Part of every stand-in's hash; change it when what {@link buildBase} makes changes. */
export const baseKey = "debian-minbase-2";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Makes the image all stand-ins derive from: a minimal Debian from the mirror that this machine's own apt uses.
 *
 * @throws SetupFailure on a machine that is no Debian, or without root.
 */
export async function buildBase(
  endpoint: EngineEndpoint,
  image: string,
  label: string,
  folder: string,
  say: Say,
): Promise<void> {
  if (!(await isDebian()) || process.getuid?.() !== 0) {
    const hint = "connect this machine to a registry, or run the set-up as root on Debian";
    throw new SetupFailure(4, "no image registry answers, and stand-ins can be built only by root on Debian", hint);
  }
  await installPackages(["debootstrap"], "debootstrap", say);
  await mkdir(folder, { recursive: true });
  const root = await mkdtemp(join(folder, "base-"));
  try {
    say("building the base of the stand-in images from Debian packages (about a minute, once)");
    await bootstrap(root);
    await configureApt(root);
    const { repo, tag } = splitImageName(image);
    const changes = `CMD ["bash"]\nENV PATH=${path}\nLABEL ${label}`;
    const query = { fromSrc: "-", repo, tag, changes };
    const answer = await callEngine(endpoint, "POST", "/images/create", { query, folder: root });
    if (answer.status !== 200 || answer.body.includes('"error"')) {
      throw new Error(`the engine did not import the base image: ${answer.body.trim()}`);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function bootstrap(root: string): Promise<void> {
  const { uri, release } = await packageSource();
  const env = { ...process.env, ...(await aptProxy()), DEBIAN_FRONTEND: "noninteractive" };
  const argv = ["--variant=minbase", "--include=ca-certificates", release, root, uri];
  const result = await runProcess("debootstrap", argv, { env });
  if (result.exitCode === 0) return;
  const last = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-3).join("; ");
  throw new SetupFailure(
    4,
    `debootstrap could not make a Debian: ${last}`,
    "check that apt-get update works on this machine",
  );
}

/** Fast and small instead of durable: these images hold nothing of value. */
async function configureApt(root: string): Promise<void> {
  const proxies = Object.entries(await aptProxy()).map(([name, value]) => {
    return `Acquire::${name.replace("_proxy", "")}::Proxy "${value}";`;
  });
  await writeFile(join(root, "etc/apt/apt.conf.d/90stand-in"), [...proxies, 'Acquire::Retries "3";', ""].join("\n"));
  const dpkg = [
    "force-unsafe-io",
    "path-exclude=/usr/share/doc/*",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
  ];
  await writeFile(join(root, "etc/dpkg/dpkg.cfg.d/90stand-in"), `${dpkg.join("\n")}\n`);
  await runProcess("cp", ["/etc/ssl/certs/ca-certificates.crt", join(root, "etc/ssl/certs/ca-certificates.crt")]);
  await runProcess("chroot", [root, "apt-get", "clean"]);
  await rm(join(root, "var/lib/apt/lists"), { recursive: true, force: true });
}

/** Mirror and release as this machine's apt has them. */
async function packageSource(): Promise<{ readonly uri: string; readonly release: string }> {
  const format = "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)";
  const targets = await runProcess("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  const rows = targets.stdout.split("\n").map((line) => line.split(" "));
  const row = rows.find(
    ([, release, component]) => component === "main" && release !== undefined && !/[-/]/.test(release),
  );
  const [uri, release] = row ?? [];
  if (uri === undefined || release === undefined) {
    throw new SetupFailure(
      4,
      "apt on this machine has no package source to build stand-in images from",
      "look at: apt-get indextargets",
    );
  }
  return { uri, release };
}

async function aptProxy(): Promise<Record<string, string>> {
  const proxies: Record<string, string> = {};
  for (const scheme of ["http", "https"]) {
    const { stdout } = await runProcess("apt-config", ["dump", "--format", "%v%n", `Acquire::${scheme}::Proxy`]);
    const value = stdout.trim().split("\n")[0] ?? "";
    if (value !== "") proxies[`${scheme}_proxy`] = value;
  }
  return proxies;
}
