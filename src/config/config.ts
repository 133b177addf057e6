import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Everything the program takes from its surroundings. This room alone reads them. */
export interface Config {
  /** The environment as it was at the start; for finding engines, never handed to jobs (GY-109). */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Runs, their events and logs. */
  readonly stateFolder: string;
  readonly cacheFolder: string;
  /** What the person set for all projects: `config.yml`. */
  readonly configFolder: string;
  /** An outer CI system runs us. */
  readonly isCi: boolean;
  /** Where Outrigger's per-job networks come from; see `docs/running.md`. */
  readonly subnetPool: string | undefined;
  /** False: services are probed from inside only, as with an engine on another machine. Undefined: found out. */
  readonly dialFromHost: boolean | undefined;
  /** How much of one service's log is kept, as the person wrote it: `1g`. */
  readonly serviceLogLimit: string | undefined;
}

export function readConfig(): Config {
  const { env } = process;
  const home = env["HOME"] || homedir();
  return {
    env: { ...env },
    home,
    stateFolder: join(placeOf(env["XDG_STATE_HOME"]) ?? join(home, ".local", "state"), "outrigger"),
    configFolder: join(placeOf(env["XDG_CONFIG_HOME"]) ?? join(home, ".config"), "outrigger"),
    cacheFolder: join(placeOf(env["XDG_CACHE_HOME"]) ?? join(home, ".cache"), "outrigger"),
    isCi: isSet(env["CI"]),
    subnetPool: env["OUTRIGGER_SUBNET_POOL"] || undefined,
    dialFromHost: env["OUTRIGGER_DIAL_FROM_HOST"] === "0" ? false : undefined,
    serviceLogLimit: env["OUTRIGGER_SERVICE_LOG_LIMIT"] || undefined,
  };
}

/** A path that is not absolute is to be ignored, says the XDG specification: it would be another one in every folder. */
function placeOf(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "false" && value !== "0";
}
