import type { ContainerPlan, JobPlan } from "../../model/job-plan.ts";
import { AGENT_FOLDER, STAGES_FOLDER } from "./agent/agent-argv.ts";
import type { JsonObject, Volume, VolumeMountEntry } from "./pod.ts";
import type { ConfiguredVolume } from "./settings.ts";

const REPO = "repo";
const AGENT = "agent";
const STAGES = "stages";

/** Volumes of a pod and who mounts what, made together so that a name means one thing. */
export class PodVolumes {
  readonly #job: JobPlan;
  readonly #configured: readonly ConfiguredVolume[];
  readonly #volumes = new Map<string, Volume>();
  /** By what the volume is: two containers that ask for one get one. */
  readonly #names = new Map<string, string>();

  constructor(job: JobPlan, configured: readonly ConfiguredVolume[]) {
    this.#job = job;
    this.#configured = configured;
  }

  get all(): readonly Volume[] {
    return [...this.#volumes.values()];
  }

  /** What every container has: the operator's volumes and the workspace. @source K-55 */
  forAll(plan: ContainerPlan | undefined): readonly VolumeMountEntry[] {
    const own = plan === undefined ? [] : this.#ofPlan(plan);
    const ownPaths = new Set(own.map((mount) => mount.mountPath));
    const shared = [...this.#ofOperator(), ...this.#workspace()];
    return [...shared.filter((mount) => !ownPaths.has(mount.mountPath)), ...own];
  }

  /** What the agent needs beside that. */
  forAgent(configMap: string): readonly VolumeMountEntry[] {
    this.#volumes.set(AGENT, { name: AGENT, configMap: { name: configMap } });
    this.#volumes.set(STAGES, { name: STAGES, emptyDir: {} });
    return [
      { name: AGENT, mountPath: AGENT_FOLDER, readOnly: true },
      { name: STAGES, mountPath: STAGES_FOLDER },
    ];
  }

  #workspace(): readonly VolumeMountEntry[] {
    const { mountPath } = this.#job.workspace;
    if (this.#configured.some((volume) => volume.mountPath === mountPath)) return [];
    this.#volumes.set(REPO, { name: REPO, emptyDir: {} });
    return [{ name: REPO, mountPath }];
  }

  #ofOperator(): readonly VolumeMountEntry[] {
    return this.#configured.map(({ name, mountPath, subPath, readOnly, mountPropagation, source }) => {
      this.#volumes.set(name, { name, ...source });
      return {
        name,
        mountPath,
        ...(subPath === undefined ? {} : { subPath }),
        ...(readOnly ? { readOnly } : {}),
        ...(mountPropagation === undefined ? {} : { mountPropagation }),
      };
    });
  }

  #ofPlan(plan: ContainerPlan): readonly VolumeMountEntry[] {
    const volumes = plan.volumes.map(({ kind, source, target, readOnly, ...rest }) => {
      const isOfJob = "lifetime" in rest && rest.lifetime === "job";
      const content = kind === "host" ? { hostPath: { path: source } } : toNamed(source, isOfJob);
      return this.#mount(`${kind}-${isOfJob ? "job" : "kept"}-${source}`, content, target, readOnly);
    });
    const devices = plan.devices.map(({ source, target }) =>
      this.#mount(`device-${source}`, { hostPath: { path: source } }, target, false),
    );
    const memory = plan.tmpfs.map((text) => this.#tmpfs(plan.id, text));
    const shared = plan.shmBytes === undefined ? [] : [this.#memory(plan.id, "/dev/shm", String(plan.shmBytes))];
    return [...volumes, ...devices, ...memory, ...shared];
  }

  /** `/run:size=64m` is a path and its options; only the size means something here. */
  #tmpfs(id: string, text: string): VolumeMountEntry {
    const at = text.indexOf(":");
    const [path, options] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    const size = /(?:^|,)size=(\d+)([kmg]?)(?:,|$)/i.exec(options);
    return this.#memory(id, path, size === null ? undefined : toQuantity(size[1] ?? "0", size[2] ?? ""));
  }

  #memory(id: string, mountPath: string, sizeLimit: string | undefined): VolumeMountEntry {
    const emptyDir = { medium: "Memory", ...(sizeLimit === undefined ? {} : { sizeLimit }) };
    return this.#mount(`memory-${id}-${mountPath}`, { emptyDir }, mountPath, false);
  }

  #mount(identity: string, source: JsonObject, mountPath: string, readOnly: boolean): VolumeMountEntry {
    const name = this.#names.get(identity) ?? `volume-${this.#names.size}`;
    this.#names.set(identity, name);
    this.#volumes.set(name, { name, ...source });
    return { name, mountPath, ...(readOnly ? { readOnly } : {}) };
  }
}

/** A volume that outlives the job is a claim of that name, which somebody has to have made. */
function toNamed(source: string, isOfJob: boolean): JsonObject {
  return isOfJob ? { emptyDir: {} } : { persistentVolumeClaim: { claimName: source } };
}

function toQuantity(digits: string, unit: string): string {
  return `${digits}${unit === "" ? "" : `${unit.toUpperCase() === "K" ? "K" : unit.toUpperCase()}i`}`;
}
