import { readFile } from "node:fs/promises";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { describeEndpointFailure } from "../../src/engines/docker/endpoint-failure.ts";
import { findEndpoint, type NoEndpoint, privateEngineFolder } from "../../src/engines/docker/find-endpoint.ts";
import { findProgram, installPackages, isDebian } from "../machine/debian.ts";
import { type Say, SetupFailure } from "../setup-failure.ts";
import { startPrivateDaemon } from "./private-daemon.ts";

export interface Engine {
  readonly endpoint: EngineEndpoint;
  readonly origin: string;
}

/**
 * The engine of this machine, or else a private daemon, for which Debian's `docker.io` is installed when there is none.
 *
 * @throws SetupFailure when the chosen engine does not answer, or none can be had here.
 */
export async function ensureEngine(home: string, say: Say): Promise<Engine> {
  const uid = process.getuid?.();
  const search = await findEndpoint(process.env, { home, uid, platform: process.platform });
  if (search.kind === "found") return search;
  const { message, hint } = describeEndpointFailure(search);
  if (search.chosen) throw new SetupFailure(6, message, hint);
  if (process.platform !== "linux" || uid !== 0) throw new SetupFailure(6, message, adviceFor(search, hint));
  if ((await findProgram("dockerd")) === undefined) {
    if (!(await isDebian()))
      throw new SetupFailure(6, message, "install Docker or Podman and start it, or set DOCKER_HOST");
    await installDocker(say);
  }
  const folder = privateEngineFolder(process.env, home);
  const endpoint = await startPrivateDaemon(folder);
  say(`no engine was running: started a private Docker daemon in ${folder}`);
  return { endpoint, origin: "private daemon" };
}

/** Without root nothing can be installed or started. */
function adviceFor(search: NoEndpoint, hint: string): string {
  const isDenied = search.tried.some(({ problem }) => problem.kind === "denied");
  if (isDenied || process.platform !== "linux") return hint;
  return "start Docker or Podman, set DOCKER_HOST, or run this as root to get a private daemon";
}

async function installDocker(say: Say): Promise<void> {
  const parser = (await kernelHasAppArmor()) ? ["apparmor"] : [];
  await installPackages(["docker.io", "iptables", "iproute2", ...parser], "dockerd", say);
}

/** Where the kernel enforces AppArmor, no container starts without its parser. */
async function kernelHasAppArmor(): Promise<boolean> {
  const enabled = await readFile("/sys/module/apparmor/parameters/enabled", "utf8").catch(() => "N");
  return enabled.startsWith("Y");
}
