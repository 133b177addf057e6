import type { Refusal } from "../model/trust.ts";
import { formatSource } from "../text/source.ts";
import type { CliContext } from "./cli-context.ts";

/**
 * Everything the file asks of the host and was not granted, all at once, and who may grant it.
 *
 * @source DR-180, DR-182, DR-183
 */
export function printRefusals(context: CliContext, refusals: readonly Refusal[]): void {
  for (const refusal of refusals) {
    context.stderr.write(`${formatSource(refusal.at)}: refused: ${describeRefusal(refusal)}\n`);
  }
  const needed = [...new Set(refusals.map((refusal) => refusal.capability))].join(",");
  context.stderr.write(
    `  try: --trusted=${needed}, if you trust this file with your machine; on a server a system administrator grants it\n`,
  );
  const narrow = narrowGrants(refusals);
  if (narrow.length > 0) context.stderr.write(`  or grant less: ${narrow.join(" ")}\n`);
}

/** Options that grant just what was refused; empty when some of it goes only with a whole capability. @source DR-184 */
function narrowGrants(refusals: readonly Refusal[]): readonly string[] {
  const grants = refusals.map(({ hostPath, isPrivilege, image }) => {
    if (hostPath !== undefined) return `--trusted-path ${hostPath}`;
    return isPrivilege === true && image !== undefined ? `--privileged-image ${image}` : undefined;
  });
  return grants.every((grant) => grant !== undefined) ? [...new Set(grants)] : [];
}

/** The old system's own words come first, so that searches find old answers. */
export function describeRefusal(refusal: Refusal): string {
  const { original, job, path, container, value, capability, isFullAccess } = refusal;
  const words = original === undefined ? "" : `${original}. `;
  const where = path === undefined ? container : `${container} (${path})`;
  const why = isFullAccess ? ", which is full access to this machine," : "";
  return `${words}job "${job}", ${where}: "${value}"${why} needs the capability "${capability}"`;
}
