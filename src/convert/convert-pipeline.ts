import type { Pipeline } from "../model/pipeline.ts";
import { Losses } from "./losses.ts";
import { type PortableJob, toPortable } from "./portable.ts";
import type { ConvertTarget } from "./targets.ts";
import { toCompose } from "./to-compose.ts";
import { toDrone1 } from "./to-drone-1.ts";
import { toGitlab } from "./to-gitlab.ts";
import { toWoodpecker } from "./to-woodpecker.ts";

export interface Converted {
  /** Empty when conditions leave out every job. Documents in order; a target that wants a file for each says so above it. */
  readonly documents: readonly string[];
  /** What the target has no words for, one line each. */
  readonly losses: readonly string[];
}

type ToTarget = (jobs: readonly PortableJob[], losses: Losses) => readonly string[];

const WRITERS: Readonly<Record<ConvertTarget, ToTarget>> = {
  gitlab: toGitlab,
  "drone-1": toDrone1,
  woodpecker: toWoodpecker,
  compose: toCompose,
};

/** Pure. The pipeline must have been read with marks for its secrets (`secret-marks.ts`): masked values are never written. */
export function convertPipeline(pipeline: Pipeline, target: ConvertTarget): Converted {
  const losses = new Losses(target);
  const jobs = toPortable(pipeline, losses);
  if (jobs.length === 0) return { documents: [], losses: losses.lines };
  tellEarlyEnd(jobs, losses);
  const notes = jobs.flatMap(tellLocalhost);
  for (const { where, note } of notes) losses.add(`${where}: services at localhost`, note);
  const [first = "", ...others] = WRITERS[target](jobs, losses);
  const header = [
    `from ${pipeline.file} (${pipeline.dialect})`,
    ...notes.map(({ where, note }) => `${where}: ${note}`),
  ];
  const comment = header.map((line) => `# ${line.replaceAll(/\s+/g, " ")}\n`).join("");
  return { documents: [comment + first, ...others], losses: losses.lines };
}

/** Every pipeline of Drone 1 has it, most never use it: one line for the file. @source DR-237, DR-238 */
function tellEarlyEnd(jobs: readonly PortableJob[], losses: Losses): void {
  const codes = new Set(jobs.flatMap(({ job }) => job.skipRestExitCode ?? []));
  if (losses.target === "drone-1") return;
  for (const code of codes)
    losses.add(`exit code ${code}`, "it ended a pipeline early with success; here it is a failure");
}

/** Every target has host names; what relied on one shared address has to be changed by hand. @source DR-119 */
function tellLocalhost({ job, where, services }: PortableJob): readonly { where: string; note: string }[] {
  if (job.network !== "shared" || services.length === 0) return [];
  const names = services.map((service) => service.name).join(", ");
  const what = job.mentionsLocalhost === true ? "it names localhost" : "its services were at localhost";
  return [{ where, note: `${what}; here a service is at its name: ${names}` }];
}
