import type { RunningService } from "../../engines/engine.ts";
import { execProbe } from "./exec-probe.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";

/** Prints the status code in the first line, the body behind it; the status alone where only wget is there. */
const SCRIPT = [
  "if command -v curl >/dev/null 2>&1; then",
  "  body=$(curl -sk -m 3 -w '\\n%{http_code}' \"$1\") || exit 1",
  "  printf '%s\\n' \"$body\" | tail -n 1; printf '%s\\n' \"$body\"; exit 0",
  "fi",
  "if command -v wget >/dev/null 2>&1; then",
  '  if body=$(wget -q -O - "$1" 2>/dev/null); then echo 200; printf \'%s\\n\' "$body"; exit 0; fi',
  '  wget -S -O /dev/null "$1" 2>&1 | sed -n "s/.*HTTP\\/[0-9.]* \\([0-9][0-9][0-9]\\).*/\\1/p" | head -n 1',
  "  exit 0",
  "fi",
  "exit 127",
].join("\n");

/** Asks the service over HTTP from inside its own container, with curl or wget. */
export function httpProbe(
  name: string,
  running: RunningService,
  url: string,
  judge: (status: number, body: string) => ProbeAnswer,
): Probe {
  return execProbe(name, running, ["sh", "-c", SCRIPT, "http", url], (result) => {
    const [first = "", ...body] = result.stdout.split("\n");
    const status = Number(first.trim());
    if (result.exitCode !== 0 || !Number.isInteger(status) || status < 100)
      return { kind: "not_yet", detail: "no response" };
    return judge(status, body.join("\n"));
  });
}

/** 200 is yes; a server that asks who is there (401, 403) answers, and that is enough. */
export function anyAnswer(status: number): ProbeAnswer {
  if (status < 300 || status === 401 || status === 403) return { kind: "ready", answer: `HTTP ${status}` };
  return { kind: "not_yet", detail: `HTTP ${status}` };
}
