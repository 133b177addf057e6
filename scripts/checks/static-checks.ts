import { fileURLToPath } from "node:url";
import { type ProcessResult, runProcess } from "../../src/system/processes.ts";

export const rootFolder = fileURLToPath(new URL("../..", import.meta.url));

const checks: readonly { readonly name: string; readonly argv: readonly string[] }[] = [
  { name: "types (tsc)", argv: ["tsc", "-p", "."] },
  { name: "lint (oxlint)", argv: ["oxlint", "--type-aware"] },
  { name: "format (biome)", argv: ["biome", "ci", "--colors=off"] },
];

/** Types, lint, format. Prints the whole output of what failed. @returns how many failed. */
export async function runStaticChecks(): Promise<number> {
  let failed = 0;
  for (const { name, argv } of checks) {
    const result = await runTool(argv);
    if (result.exitCode === 0) continue;
    failed += 1;
    console.log(`${result.stdout}${result.stderr}\nfailed: ${name}`);
  }
  if (failed === 0) console.log(`passed: ${checks.map(({ name }) => name).join(", ")}`);
  return failed;
}

async function runTool([tool = "", ...argv]: readonly string[]): Promise<ProcessResult> {
  return await runProcess(`${rootFolder}/node_modules/.bin/${tool}`, argv, { cwd: rootFolder });
}
