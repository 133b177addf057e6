/**
 * The floor: what an engine needs for some jobs when nothing is added. One process, `node:http`, no other package.
 *
 * `node main.js ORDER.json`; the order is a `FloorOrder`. Exits with 1 when a job's script did.
 */
import { readFileSync } from "node:fs";
import { textAt } from "./containers.ts";
import { EngineCalls } from "./engine-calls.ts";
import type { FloorOrder } from "./floor-order.ts";
import { type ImageIds, runJob } from "./run-job.ts";

const order: FloorOrder = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const calls = new EngineCalls(order.engine);
await calls.agreeOnVersion();
const images = imageIds(calls);
const closing: Promise<void>[] = [];
let next = 0;

async function work(): Promise<void> {
  for (let index = next++; index < order.jobs.length; index = next++) {
    const job = order.jobs[index];
    if (job === undefined) return;
    const finished = await runJob(calls, images, job, `${order.namePrefix}-${index}`);
    if (finished.exitCode !== 0) process.exitCode = 1;
    closing.push(finished.close());
  }
}

await Promise.all(Array.from({ length: Math.min(order.maxParallelJobs, order.jobs.length) }, work));
await Promise.all(closing);

/** Each image is looked up once, however many jobs want it. */
function imageIds(engine: EngineCalls): ImageIds {
  const known = new Map<string, Promise<string>>();
  const lookUp = async (image: string): Promise<string> =>
    textAt(await engine.send({ method: "GET", path: `/images/${encodeURIComponent(image)}/json` }), "Id");
  return {
    of: (image) => {
      const id = known.get(image) ?? lookUp(image);
      known.set(image, id);
      return id;
    },
  };
}
