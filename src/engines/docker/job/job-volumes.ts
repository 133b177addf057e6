import type { JobPlan } from "../../../model/job-plan.ts";
import { jobVolumeName } from "../names.ts";

/** Volumes of the engine that live as long as the job: its workspace first, then those that its file names (DR-204). */
export function volumeNamesOf(job: JobPlan, workspaceVolume: string): readonly string[] {
  const mounts = [...job.services, ...job.steps].flatMap((container) => container.volumes);
  const named = mounts.flatMap((mount) =>
    mount.kind === "named" && mount.lifetime === "job" ? [jobVolumeName(workspaceVolume, mount.source)] : [],
  );
  return [...new Set([workspaceVolume, ...named])];
}
