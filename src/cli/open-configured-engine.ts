import type { Config } from "../config/config.ts";
import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/open-engine.ts";
import { currentOwner } from "../system/owner.ts";
import { withoutUndefined } from "../text/without-undefined.ts";

/** The engine this machine's settings lead to. @throws EngineUnavailableError with what was tried. */
export async function openConfiguredEngine(config: Config): Promise<Engine> {
  const { env, home, subnetPool, dialFromHost } = config;
  return openEngine("docker", withoutUndefined({ env, home, owner: currentOwner(), subnetPool, dialFromHost }));
}
