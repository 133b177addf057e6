import { parseAddresses } from "../../addresses.ts";
import type { DockerApi } from "../api/docker-api.ts";
import type { SandboxFrame } from "../sandbox-frame.ts";
import { execInside } from "./exec-inside.ts";
import type { ManagedContainer } from "./managed-container.ts";

/**
 * Addresses of a host name as the job's containers see it.
 *
 * Names of the job's own containers are what the engine's name server was told, so they need no tool in any image. Others
 * are looked up by a container that runs and has a tool for it.
 */
export async function resolveInJob(
  { api, frame }: { readonly api: DockerApi; readonly frame: SandboxFrame },
  hostName: string,
  running: readonly ManagedContainer[],
  names: ReadonlyMap<ManagedContainer, readonly string[]>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = hostName.toLowerCase();
  const own = running.filter((container) =>
    [container.name, ...(names.get(container) ?? [])].some((name) => name.toLowerCase() === wanted),
  );
  const infos = await Promise.all(own.map((container) => api.containers.inspect(container.id, signal)));
  const addresses = infos.flatMap((info) => info.addresses.get(frame.network) ?? []);
  if (own.length > 0) return addresses;
  for (const container of running) {
    for (const argv of [
      ["getent", "ahosts", hostName],
      ["nslookup", hostName],
    ]) {
      const result = await execInside(api, container.id, argv, signal);
      if (result.kind === "ended") return result.exitCode === 0 ? parseAddresses(result.stdout) : [];
    }
  }
  return [];
}
