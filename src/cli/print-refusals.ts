import type { Refusal } from "../model/trust.ts";
import { formatSource } from "../text/source.ts";
import type { CliContext } from "./cli-context.ts";

/** Everything the file asks of the host and was not granted, and how to grant it. */
export function printRefusals(context: CliContext, refusals: readonly Refusal[]): void {
  for (const refusal of refusals) {
    context.stderr.write(
      `${formatSource(refusal.at)}: refused: job "${refusal.job}", ${refusal.container}: ` +
        `"${refusal.value}" needs the capability "${refusal.capability}"\n`,
    );
  }
  const needed = [...new Set(refusals.map((refusal) => refusal.capability))].join(",");
  context.stderr.write(`  try: --trusted=${needed}, if you trust this file with your machine\n`);
}
