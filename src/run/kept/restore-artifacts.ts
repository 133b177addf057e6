import type { JobContext } from "../job-context.ts";

/**
 * Puts what earlier jobs left over the sources, in the order in which the plan has them: later ones win (GY-205).
 *
 * A job that left nothing adds nothing.
 */
export async function restoreArtifacts(context: JobContext): Promise<void> {
  const { artifacts, artifactsFrom, sandbox, signal, plan } = context;
  const from: string[] = [];
  for (const job of artifactsFrom) {
    const archive = await artifacts.read(job);
    if (archive === undefined) continue;
    await sandbox.addFiles({ open: () => archive }, signal);
    from.push(job);
  }
  if (from.length > 0) context.emit({ type: "artifacts.restored", job: plan.name, from });
}
