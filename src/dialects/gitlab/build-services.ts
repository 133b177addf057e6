import { type ImageRef, imageBaseName } from "../../model/image-ref.ts";
import type { Service } from "../../model/service.ts";
import type { Variable, Variables } from "../../model/variables.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import {
  checkImageText,
  expandWith,
  hintForUnset,
  isAwaited,
  NO_CONTAINER_OPTIONS,
  noteAwaited,
  toImageSpec,
} from "./build-image.ts";
import { checkAliases, checkSelfReferences } from "./check-service.ts";
import type { ServiceDeclaration } from "./declarations.ts";
import { expandRunner } from "./expand-runner.ts";
import { readHealthPorts } from "./health-port.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";
import { LayeredVariables } from "./layered-variables.ts";
import type { OwnSettings } from "./own-settings.ts";
import type { Report } from "./report.ts";
import { defaultServiceNames, splitAliases } from "./service-names.ts";

/** In file order; a service whose name expands to nothing is left out, as the real system does, but not in silence. */
export function buildServices(
  job: JobDeclaration,
  variables: JobVariables,
  own: OwnSettings,
  report: Report,
): readonly Service[] {
  const services: Service[] = [];
  for (const declaration of job.services) {
    const text = expandWith(variables.all, declaration.name);
    if (text.trim() === "") warnLeftOut(declaration, variables, report);
    else services.push(own.applyTo(buildService(declaration, text, job, variables, report)));
  }
  return services;
}

function buildService(
  service: ServiceDeclaration,
  text: string,
  job: JobDeclaration,
  variables: JobVariables,
  report: Report,
): Service {
  const ref = checkImageText(service, text, variables, report);
  const derived = ref === undefined ? [] : defaultServiceNames(ref);
  const aliases = splitAliases(expandWith(variables.all, service.alias ?? ""));
  checkAliases(service, aliases, report);
  checkSelfReferences(service, report);
  const environment = serviceEnvironment(service, variables);
  const healthPorts = readHealthPorts(service, environment, job, variables, report);
  return {
    ...NO_CONTAINER_OPTIONS,
    image: toImageSpec(service, text, variables.all),
    ...(service.entrypoint === undefined ? {} : { entrypoint: service.entrypoint }),
    ...(service.command === undefined ? {} : { command: service.command }),
    variables: environment,
    hostNames: [...new Set([...derived, ...aliases])],
    derivedNameCount: derived.length,
    aliases,
    label: aliases[0] ?? (ref === undefined ? text : imageBaseName(ref)),
    ...(healthPorts === undefined ? {} : { healthPorts }),
    wantsPrivileged: ref !== undefined && isDockerInDocker(ref),
    at: spanOf(service.at),
  };
}

/**
 * The job's public variables, then the service's own, which win. An own value may use any variable of the job, secret
 * ones too: that is how a secret is handed to one service. Own variables see each other unexpanded, so one that names
 * itself keeps its text.
 *
 * @source GS-310, GS-314, GS-315, GS-317
 */
function serviceEnvironment(service: ServiceDeclaration, variables: JobVariables): Variables {
  if (service.variables.length === 0) return variables.forServices;
  const own = new Map(service.variables.map((variable) => [variable.name, variable.value]));
  const lookUp = (name: string): string | undefined => own.get(name) ?? variables.all.get(name)?.value;
  const expanded = new Map<string, Variable>();
  for (const [name, value] of own) {
    expanded.set(name, { value: expandRunner(value, lookUp), masked: false, isPublic: true, origin: "service" });
  }
  return new LayeredVariables(variables.forServices, expanded);
}

/** `docker:*dind*`, behind any registry: it needs privilege to run a daemon. */
function isDockerInDocker(image: ImageRef): boolean {
  return imageBaseName(image) === "docker" && image.tag?.includes("dind") === true;
}

function warnLeftOut(service: ServiceDeclaration, variables: JobVariables, report: Report): void {
  const unset = variables.unsetIn(service.name);
  if (isAwaited(unset, variables)) {
    noteAwaited("service", service, unset, report);
    return;
  }
  const names = unset.map((name) => `"${name}"`).join(", ");
  const cause = unset.length === 0 ? "" : `: ${unset.length === 1 ? "variable" : "variables"} ${names} not set`;
  report.whole("warning", {
    code: "service-left-out",
    path: service.path,
    text: `service "${service.name}" expands to nothing and is left out${cause}`,
    at: service.at,
    hint: hintForUnset(unset) ?? "give its variable a value",
  });
}
