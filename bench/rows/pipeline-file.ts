import type { Work, WorkJob } from "./work.ts";

/** The `.gitlab-ci.yml` for a piece of work. JSON is YAML: texts are quoted that way. */
export function toPipelineFile({ jobs }: Work): string {
  return jobs.map(toJob).join("\n");
}

/** The same as a `.drone.yml` of 0.8, for a work of one job. */
export function toDroneFile({ jobs }: Work): string {
  const containers = (entries: readonly (readonly [string, object])[]): string =>
    entries.map(([name, container]) => `  ${name}: ${JSON.stringify(container)}\n`).join("");
  const steps = jobs.map(
    ({ name, image, variables, script }) => [name, { image, environment: variables, commands: script }] as const,
  );
  const services = jobs.flatMap((job) =>
    job.services.map(({ alias, image, variables }) => [alias, { image, environment: variables }] as const),
  );
  return `pipeline:\n${containers(steps)}services:\n${containers(services)}`;
}

function toJob({ name, image, entrypoint, variables, services, script }: WorkJob): string {
  const shown = entrypoint === undefined ? image : JSON.stringify({ name: image, entrypoint });
  const lines = [`${name}:`, `  image: ${shown}`];
  if (services.length > 0) lines.push("  services:");
  for (const { image: serviceImage, alias, command } of services) {
    lines.push(`    - name: ${serviceImage}`, `      alias: ${alias}`);
    if (command !== undefined) lines.push(`      command: ${JSON.stringify(command)}`);
  }
  const entries = Object.entries(variables);
  if (entries.length > 0) lines.push("  variables:");
  for (const [key, value] of entries) lines.push(`    ${key}: ${JSON.stringify(value)}`);
  lines.push("  script:", ...script.map((line) => `    - ${JSON.stringify(line)}`));
  return `${lines.join("\n")}\n`;
}
