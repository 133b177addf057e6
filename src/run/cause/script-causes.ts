import { preferredHostName } from "../../model/host-name.ts";
import { imageBaseName } from "../../model/image-ref.ts";
import type { JobPlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { knownPortsOf } from "../../model/known-ports.ts";
import type { Cause } from "../../model/outcome.ts";
import { didYouMean } from "../../text/did-you-mean.ts";
import { formatSource } from "../../text/source.ts";
import type { JobEnd } from "../job-end.ts";
import { deadService, portOfService, refusedByService } from "./script-services.ts";

type ScriptEnd = Extract<JobEnd, { kind: "script" }>;

interface Clues {
  readonly plan: JobPlan;
  readonly end: ScriptEnd;
  readonly log: string;
  /** The one that failed. */
  readonly step: StepPlan | undefined;
  /** `the script of job test`, `step "unit" of job test`. */
  readonly script: string;
}

type Rule = (clues: Clues) => Pick<Cause, "kind" | "text" | "hint" | "certain" | "service"> | undefined;

const RULES: readonly Rule[] = [
  outOfMemory,
  diskFull,
  ({ plan, end, script }) => portOfService(plan, end, script),
  localhostRefused,
  ({ plan, end }) => refusedByService(plan, end),
  unknownHost,
  softwareOfService,
  commandNotFound,
  ({ plan, end, script }) => deadService(plan, end, script),
];

/** Why a script failed: a known pattern in its last lines, else its exit code. */
export function findScriptCause(plan: JobPlan, end: ScriptEnd): Cause {
  const step = plan.steps.find((candidate) => candidate.id === end.step) ?? plan.steps[0];
  const isOneOfMany = plan.steps.length > 1 && step !== undefined;
  const script = isOneOfMany ? `step "${step.name}" of job ${plan.name}` : `the script of job ${plan.name}`;
  const clues: Clues = { plan, end, log: end.logTail.join("\n"), step, script };
  const at = isOneOfMany ? step.at : plan.at;
  for (const rule of RULES) {
    const found = rule(clues);
    if (found !== undefined) return { ...found, at };
  }
  return {
    kind: "script_failed",
    text: `${script} failed with exit code ${end.exitCode}`,
    hint: `the last command above failed; the ${isOneOfMany ? "step" : "job"} stands at ${formatSource(at)}`,
    at,
    certain: true,
  };
}

function outOfMemory({ plan, end, step }: Clues): ReturnType<Rule> {
  if (!end.oomKilled) return undefined;
  return {
    kind: "script_out_of_memory",
    text: `the container of ${plan.steps.length > 1 ? `step "${step?.name ?? ""}" of ` : ""}job ${plan.name} was killed: out of memory`,
    hint: "give the engine more memory, or the job less to do",
    certain: true,
  };
}

function diskFull({ log, script }: Clues): ReturnType<Rule> {
  if (!/no space left on device|disk quota exceeded|\bENOSPC\b/i.test(log)) return undefined;
  return {
    kind: "script_disk_full",
    text: `${script} found no space left on the engine's disk`,
    hint: "free some: docker system df shows what takes it, outrigger gc removes what runs left behind",
    certain: false,
  };
}

/** A script that looks for a database on its own machine, where GitLab's services never are. */
function localhostRefused({ plan, end }: Clues): ReturnType<Rule> {
  if (plan.network === "shared") return undefined;
  const refused = end.logTail.filter(
    (line) => /ECONNREFUSED|connection refused/i.test(line) && /127\.0\.0\.1|localhost|::1/.test(line),
  );
  for (const port of refused.flatMap(findNumbers)) {
    const service = plan.services.find((candidate) => isLikelyPort(candidate, port));
    const host = service && preferredHostName(service);
    if (service === undefined || host === undefined) continue;
    return {
      kind: "script_localhost",
      text: `the script looked for port ${port} on localhost, where nothing listens; service ${service.id} is likely meant`,
      hint: `use ${host}:${port}: services are reached by host name, not at localhost`,
      certain: false,
    };
  }
  return undefined;
}

/** Numbers that may be ports: not parts of an address. */
function findNumbers(line: string): readonly number[] {
  return [...line.replace(/\d+\.\d+\.\d+\.\d+/g, " ").matchAll(/\b\d{2,5}\b/g)].map((match) => Number(match[0]));
}

function unknownHost({ plan, log }: Clues): ReturnType<Rule> {
  const unknown =
    /could not translate host name "([^"]+)"/.exec(log) ??
    /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (\S+)/.exec(log) ??
    /could not resolve host:? '?([\w.-]+)/i.exec(log) ??
    /unknown (?:MySQL server )?host '?([\w.-]+)'?/i.exec(log) ??
    /(?:lookup|bad address:?) '?([\w.-]+)'?(?: on [\d.:]+)?(?:: no such host|$)/im.exec(log) ??
    /could not connect to \w+ at ([\w.-]+):\d+: (?:name or service not known|temporary failure in name resolution)/i.exec(
      log,
    );
  const asked = unknown?.[1];
  if (asked === undefined) return undefined;
  const known = plan.services.flatMap((service) => service.hostNames);
  const near = didYouMean(asked, known) ?? known.find((name) => name.includes(asked) || asked.includes(name));
  if (near === undefined) return undefined;
  return {
    kind: "script_unknown_host",
    text: `the script asked for host "${asked}", which no service has; "${near}" is likely meant`,
    hint: `use ${near}, or add ${asked} to the service's alias:`,
    certain: false,
  };
}

function softwareOfService({ plan, log, step }: Clues): ReturnType<Rule> {
  const command = missingCommand(log);
  if (command === undefined) return undefined;
  const service = plan.services.find((candidate) => providesCommand(candidate, command));
  if (service === undefined) return undefined;
  const image = step?.image.ref.text ?? "";
  return {
    kind: "script_software_of_service",
    text: `"${command}" is not in the job's image (${image}); service ${service.image.ref.text} adds no software to the job`,
    hint: `use an image that has ${command} for the job, for example image: ${service.image.ref.text}`,
    certain: true,
  };
}

function commandNotFound({ end, log, step }: Clues): ReturnType<Rule> {
  const command = missingCommand(log);
  if (command === undefined || end.exitCode !== 127) return undefined;
  return {
    kind: "script_command_not_found",
    text: `"${command}" is not in the job's image (${step?.image.ref.text ?? ""})`,
    hint: `choose an image that has ${command}, or install it in before_script:`,
    certain: true,
  };
}

function missingCommand(log: string): string | undefined {
  const missing = /(?:^|[\s:])([\w.+-]+): (?:command not found|not found)\s*$/m.exec(log);
  return missing?.[1];
}

const COMMANDS_OF_IMAGES: Readonly<Record<string, readonly string[]>> = {
  golang: ["go", "gofmt"],
  node: ["node", "npm", "npx", "yarn"],
  python: ["python", "python3", "pip"],
  ruby: ["ruby", "gem", "bundle"],
  postgres: ["psql", "pg_dump", "pg_isready", "createdb"],
  mysql: ["mysql", "mysqladmin", "mysqldump"],
  mariadb: ["mysql", "mariadb", "mysqladmin"],
  redis: ["redis-cli"],
  docker: ["docker"],
  mongo: ["mongo", "mongosh"],
};

function providesCommand(service: ServicePlan, command: string): boolean {
  const name = imageBaseName(service.image.ref);
  return name === command || (COMMANDS_OF_IMAGES[name]?.includes(command) ?? false);
}

function isLikelyPort(service: ServicePlan, port: number): boolean {
  if (service.readiness.kind === "tcp") return service.readiness.ports.includes(port);
  return [...service.declaredPorts, ...knownPortsOf(service.image.ref)].includes(port);
}
