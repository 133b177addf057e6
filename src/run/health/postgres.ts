import { type DatabaseQuestion } from "./database-probe.ts";
import { firstLine } from "./exec-probe.ts";

/**
 * `pg_isready` over TCP: the server that the official image runs while it initialises listens on a socket only.
 *
 * Its exit code: 0 accepts, 1 rejects (starting up), 2 no answer, 3 asked wrongly. It neither logs in nor needs the
 * database to exist.
 */
export function askPostgres(env: ReadonlyMap<string, string>, port: number): DatabaseQuestion {
  const user = env.get("POSTGRES_USER") || "postgres";
  const database = env.get("POSTGRES_DB") || user;
  return {
    name: "pg_isready",
    script: 'pg_isready -h 127.0.0.1 -p "$1" -U "$2" -d "$3"',
    argv: [String(port), user, database],
    serverNames: ["postgres", "postmaster"],
    judge: (result) => {
      const said = firstLine(result);
      if (result.exitCode === 0) return { kind: "ready", answer: said || "accepting connections" };
      if (result.exitCode === 3) return { kind: "cannot", detail: said || "asked wrongly" };
      return { kind: "not_yet", detail: said || "no response" };
    },
  };
}
