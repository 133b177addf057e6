import type { Work, WorkJob } from "./work.ts";

/** The `.gitlab-ci.yml` for a piece of work. JSON is YAML: texts are quoted that way. */
export function toPipelineFile({ jobs }: Work): string {
  return jobs.map(toJob).join("\n");
}

function toJob({ name, image, variables, services, script }: WorkJob): string {
  const lines = [`${name}:`, `  image: ${image}`];
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
