/** `npm run bench -- [--pairs N] [--only ROW,...] [--log-mb N] [--json FILE] [--markdown]`: see docs/performance.md. */
import { parseBenchOptions } from "../bench/bench-options.ts";
import { allRows } from "../bench/rows/all-rows.ts";
import { workImages } from "../bench/rows/work.ts";
import { runBench } from "../bench/run-bench.ts";
import { prepareMachine, runScript } from "./prepare-machine.ts";

await runScript(async () => {
  const ids = allRows.map(({ id }) => id);
  const options = parseBenchOptions(process.argv.slice(2), ids);
  if (typeof options === "string") {
    console.error(`error: ${options}`);
    return 2;
  }
  const machine = await prepareMachine(workImages, console.log);
  return await runBench(machine, options, console.log);
});
