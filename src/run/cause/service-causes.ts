import type { JobPlan } from "../../model/job-plan.ts";
import type { SourceSpan } from "../../text/source.ts";
import { formatSource } from "../../text/source.ts";
import type { ServiceDied } from "../job-end.ts";
import { describeServiceEnd } from "../service-end.ts";

export interface FoundCause {
  readonly kind: string;
  /** Continues `service db (postgres:16) ...`. */
  readonly text: string;
  readonly hint?: string;
  readonly at?: SourceSpan;
  readonly certain: boolean;
}

interface Clues {
  readonly plan: JobPlan;
  readonly died: ServiceDied;
  /** The last lines of its log, joined. */
  readonly log: string;
  /** `exited 1`, `could not start`. */
  readonly ending: string;
}

type Rule = (clues: Clues) => FoundCause | undefined;

/** From the surest to the vaguest; the first that knows an answer gives it. */
const RULES: readonly Rule[] = [
  portTaken,
  outOfMemory,
  missingPrivilege,
  wrongArchitecture,
  missingPassword,
  otherDataVersion,
  diskFull,
  commandNotFound,
  permissionDenied,
];

/** What is known about services that die. @returns `undefined` when no rule knows better than the exit code. */
export function findServiceCause(plan: JobPlan, died: ServiceDied): FoundCause | undefined {
  const code = died.end.exitCode;
  const ending = died.end.error !== undefined ? "could not start" : `exited ${code ?? "with an unknown code"}`;
  const log = [...died.logTail, ...(died.end.error === undefined ? [] : [died.end.error])].join("\n");
  const clues: Clues = { plan, died, log, ending };
  for (const rule of RULES) {
    const found = rule(clues);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @source DR-109 */
function portTaken({ died }: Clues): FoundCause | undefined {
  if (died.takenPort === undefined) return undefined;
  return {
    kind: "service_port_taken",
    text: describeServiceEnd(died),
    hint: "only one can have it in shared network mode: use --network bridge, or give one of them another port",
    certain: true,
  };
}

/** By SIGKILL; not every engine notices that it was the kernel for want of memory. */
const KILLED = 137;

function outOfMemory({ died }: Clues): FoundCause | undefined {
  const limit = died.service.memoryBytes;
  const isLikely = died.end.exitCode === KILLED && limit !== undefined && (died.memory?.usedBytes ?? 0) > 0.5 * limit;
  if (!died.end.oomKilled && !isLikely) return undefined;
  const lastUse = died.memory === undefined ? "" : `, last use seen ${formatMiB(died.memory.usedBytes)}`;
  return {
    kind: "service_out_of_memory",
    text: `was killed${died.end.oomKilled ? "" : ", likely"}: out of memory${limit === undefined ? "" : ` (limit ${formatMiB(limit)}${lastUse})`}`,
    hint: limit === undefined ? "give the engine more memory, or the service less to do" : "raise its memory limit",
    certain: died.end.oomKilled,
  };
}

function missingPrivilege({ died, ending }: Clues): FoundCause | undefined {
  if (!died.service.lacksPrivilege) return undefined;
  return {
    kind: "service_needs_privileged",
    text: `${ending}: needs privileged`,
    hint: "run with --trusted=security if you trust this image with the host",
    certain: true,
  };
}

function wrongArchitecture({ log, ending }: Clues): FoundCause | undefined {
  if (!/exec format error/i.test(log)) return undefined;
  return {
    kind: "service_wrong_architecture",
    text: `${ending}: exec format error, the image is built for another processor`,
    hint: "use an image for this machine's architecture, or say docker: {platform: ...} for the service",
    certain: true,
  };
}

const PASSWORDS: readonly { readonly log: RegExp; readonly variable: string; readonly also: string }[] = [
  {
    log: /superuser password is not\s+specified|specify POSTGRES_PASSWORD|POSTGRES_PASSWORD/,
    variable: "POSTGRES_PASSWORD",
    also: "or, for a throw-away database, POSTGRES_HOST_AUTH_METHOD: trust",
  },
  {
    log: /MARIADB_ROOT_PASSWORD/,
    variable: "MARIADB_ROOT_PASSWORD",
    also: 'or, for a throw-away database, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "1"',
  },
  {
    log: /MYSQL_ROOT_PASSWORD|password option is not specified/,
    variable: "MYSQL_ROOT_PASSWORD",
    also: 'or, for a throw-away database, MYSQL_ALLOW_EMPTY_PASSWORD: "1"',
  },
];

function missingPassword({ died, log, ending }: Clues): FoundCause | undefined {
  const missing = PASSWORDS.find((entry) => entry.log.test(log) && !died.service.env.get(entry.variable));
  if (missing === undefined) return undefined;
  return {
    kind: "service_password_missing",
    text: `${ending}: no ${missing.variable}`,
    hint:
      `give it ${missing.variable}: example, under variables: or environment: at ${formatSource(died.service.at)}; ` +
      missing.also,
    certain: true,
  };
}

function otherDataVersion({ log, ending }: Clues): FoundCause | undefined {
  const postgres =
    /initialized by PostgreSQL version ([\d.]+),? which is not compatible with this version (\d+(?:\.\d+)*)/.exec(log);
  const mysql =
    /(?:upgrade|downgrade) (?:is )?(?:not supported|after a crash)|Invalid MySQL server (?:up|down)grade/i.test(log);
  if (postgres === null && !mysql && !/database files are incompatible with server/.test(log)) return undefined;
  const versions = postgres === null ? "" : ` (${postgres[1]}, the server is ${postgres[2]})`;
  return {
    kind: "service_data_version",
    text: `${ending}: its data directory was made by another version${versions}`,
    hint: "start from an empty data directory, or use the image of the version that made it",
    certain: true,
  };
}

function diskFull({ log, ending }: Clues): FoundCause | undefined {
  if (!/no space left on device|disk quota exceeded/i.test(log)) return undefined;
  return {
    kind: "service_disk_full",
    text: `${ending}: no space left on the engine's disk`,
    hint: "free some: docker system df shows what takes it, outrigger gc removes what runs left behind",
    certain: true,
  };
}

function commandNotFound({ died, log, ending }: Clues): FoundCause | undefined {
  const missing =
    /exec: "([^"]+)": (?:executable file not found|stat [^:]+: no such file)/.exec(log) ??
    /exec:? ([^\s:]+): (?:not found|no such file)/i.exec(log) ??
    /([^\s:]+): (?:command not found|not found)\s*$/m.exec(log);
  const code = died.end.exitCode;
  if (missing === null || (code !== 127 && code !== 126 && died.end.error === undefined)) return undefined;
  return {
    kind: "service_command_not_found",
    text: `${ending}: "${missing[1]}" is not in the image`,
    hint: `check entrypoint: and command: at ${formatSource(died.service.at)}; each word is an item of its own`,
    certain: true,
  };
}

function permissionDenied({ log, ending }: Clues): FoundCause | undefined {
  const denied = /^.*permission denied.*$/im.exec(log);
  if (denied === null) return undefined;
  return {
    kind: "service_permission_denied",
    text: `${ending}, likely because: ${denied[0].trim().slice(0, 160)}`,
    hint: "check the owner of the volume it writes to, and the user it runs as",
    certain: false,
  };
}

function formatMiB(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}
