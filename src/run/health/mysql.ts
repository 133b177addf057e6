import { type DatabaseQuestion } from "./database-probe.ts";
import { firstLine } from "./exec-probe.ts";

const SCRIPT = [
  "for tool in mariadb-admin mysqladmin; do",
  '  if command -v "$tool" >/dev/null 2>&1; then',
  '    "$tool" --no-defaults --protocol=tcp -h 127.0.0.1 -P "$1" -u root --connect-timeout=2 ping 2>&1; exit_code=$?; break',
  "  fi",
  "done",
  '(exit "${exit_code:-127}")',
].join("\n");

/**
 * A ping over TCP, without a password: a server that says "access denied" answers, and that is the question.
 *
 * While it initialises, the official images' server takes no connections over TCP; older ones do.
 */
export function askMysql(port: number): DatabaseQuestion {
  return {
    name: "mysqladmin ping",
    script: SCRIPT,
    argv: [String(port)],
    serverNames: ["mysqld", "mariadbd"],
    judge: (result) => {
      const said = firstLine(result);
      if (result.exitCode === 0) return { kind: "ready", answer: "mysqld is alive" };
      if (/access denied|host .* is not allowed|ssl|plugin/i.test(said)) {
        return { kind: "ready", answer: `the server answers (${said})` };
      }
      return { kind: "not_yet", detail: said || "no response" };
    },
  };
}
