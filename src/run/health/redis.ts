import type { RunningService } from "../../engines/engine.ts";
import type { ServicePlan } from "../../model/job-plan.ts";
import { execProbe, firstLine } from "./exec-probe.ts";
import type { Probe } from "./probe.ts";
import { findServerOption } from "./server-options.ts";

const SCRIPT = [
  "for tool in redis-cli valkey-cli keydb-cli; do",
  '  if command -v "$tool" >/dev/null 2>&1; then',
  '    port=$1; password=$2; set -- -h 127.0.0.1 -p "$port"',
  '    if [ -n "$password" ]; then REDISCLI_AUTH=$password; export REDISCLI_AUTH; fi',
  '    exec "$tool" "$@" ping',
  "  fi",
  "done",
  "exit 127",
].join("\n");

/** `PING`. `LOADING` is a server that reads its data; `NOAUTH` and `WRONGPASS` are a server that is ready and wants more. */
export function redisProbe(plan: ServicePlan, running: RunningService, port: number): Probe {
  const password = running.env.get("REDIS_PASSWORD") ?? findServerOption(plan.command, ["--requirepass"]) ?? "";
  return execProbe("redis PING", running, ["sh", "-c", SCRIPT, "redis", String(port), password], (result) => {
    const said = `${result.stdout}\n${result.stderr}`;
    if (/\bPONG\b/.test(said)) return { kind: "ready", answer: "PONG" };
    if (/NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(said)) {
      return { kind: "ready", answer: `the server answers (${firstLine(result)})` };
    }
    return { kind: "not_yet", detail: firstLine(result) || "no response" };
  });
}
