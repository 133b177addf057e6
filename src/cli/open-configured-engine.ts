import type { Config } from "../config/config.ts";
import type { RunnerSection } from "../config/runner-section.ts";
import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/open-engine.ts";
import { currentOwner } from "../system/owner.ts";
import { withoutUndefined } from "../text/without-undefined.ts";

/** Which engine; an engine choice of the command line is one. */
export interface EngineName {
  readonly name: string;
  /** The operator's settings of it. */
  readonly section: RunnerSection | undefined;
  /** Where on it there may be objects of ours beside the usual place. */
  readonly places?: readonly string[];
}

/** The engine this machine's settings lead to. @throws EngineUnavailableError with what was tried. */
export async function openConfiguredEngine(config: Config, { name, section, places }: EngineName): Promise<Engine> {
  const { env, home, subnetPool, dialFromHost } = config;
  return openEngine(
    name,
    withoutUndefined({ env, home, owner: currentOwner(), subnetPool, dialFromHost, section, places }),
  );
}
