import type { Variables } from "../../model/variables.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { ServiceDeclaration } from "./declarations.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";
import type { Report } from "./report.ts";

const NAME = "HEALTHCHECK_TCP_PORT";
const MAX_PORT = 65_535;

/**
 * The port the user says a service is ready on: from the service's own variables, else from the job's.
 *
 * @param environment the service's complete environment.
 * @source GS-506, GS-507
 */
export function readHealthPorts(
  service: ServiceDeclaration,
  environment: Variables,
  job: JobDeclaration,
  variables: JobVariables,
  report: Report,
): readonly number[] | undefined {
  const own = service.variables.findLast((variable) => isHealthPort(variable.name));
  const name = own?.name ?? findName(variables.own);
  const value = name === undefined ? undefined : environment.get(name)?.value;
  if (name === undefined || value === undefined) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= MAX_PORT) return [port];
  const at: YamlNode = own?.at ?? variables.placeOf(name) ?? job.key;
  return report.whole("error", {
    code: "invalid-health-port",
    path: own === undefined ? `jobs:${job.name}:variables:${name}` : `${service.path}:variables:${name}`,
    text: `variable "${name}" is "${value}", expected a port from 1 to ${MAX_PORT}`,
    at,
    hint: `write ${name}: "5432", or remove it to probe the ports the image exposes`,
  });
}

function findName(variables: Variables): string | undefined {
  if (variables.has(NAME)) return NAME;
  for (const name of variables.keys()) if (isHealthPort(name)) return name;
  return undefined;
}

/** The runner compares the name without regard to case. */
function isHealthPort(name: string): boolean {
  return name.length === NAME.length && name.toUpperCase() === NAME;
}
