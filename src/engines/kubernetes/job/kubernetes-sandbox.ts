import { posix } from "node:path";
import { toPullReference } from "../../../model/image-ref.ts";
import type { JobPlan, ServicePlan, StepPlan } from "../../../model/job-plan.ts";
import { abortable } from "../../abortable.ts";
import { parseAddresses } from "../../addresses.ts";
import type {
  JobSandbox,
  OutputSink,
  RemovedCounts,
  RunningService,
  SourceArchive,
  StepContainer,
} from "../../engine.ts";
import { allHostLines, furtherHostLines } from "../host-aliases.ts";
import { awaitContainers } from "./await-containers.ts";
import { execInside } from "./exec-inside.ts";
import type { JobPods, ServicePlace } from "./job-pods.ts";
import { KubernetesService } from "./kubernetes-service.ts";
import { KubernetesStep } from "./kubernetes-step.ts";
import type { PodRun } from "./pod-run.ts";
import { PortTable } from "./port-table.ts";
import { HELPER } from "./stage.ts";
import { StepRuns } from "./step-runs.ts";
import { readTree, unpack } from "./workspace.ts";

/** One job in one pod. The pod is on its way from the first moment on; every call waits for the part of it that it needs. */
export class KubernetesSandbox implements JobSandbox {
  readonly #job: JobPlan;
  readonly #pods: JobPods;
  readonly #ports = new Map<PodRun, PortTable>();
  readonly #runs: StepRuns;
  readonly #closed = new AbortController();
  #archives = 0;
  #closing: Promise<RemovedCounts> | undefined;

  constructor(job: JobPlan, pods: JobPods) {
    this.#job = job;
    this.#pods = pods;
    this.#runs = new StepRuns(pods);
  }

  async startService(service: ServicePlan, log: OutputSink, signal: AbortSignal): Promise<RunningService> {
    const placement = this.#pods.layout.services.find(({ plan }) => plan.id === service.id);
    if (placement === undefined) throw new Error(`service "${service.id}" is not in the plan of the job`);
    const { container } = placement;
    const place = await abortable(this.#pods.placeOf(service.id), signal);
    if (placement.isHeld) await place.pod.release(container, toPullReference(service.image.ref), signal);
    await this.#await(place.pod, [container], signal);
    if (place.isAlone) await this.#introduce(place.pod, signal);
    const ports = this.#portsOf(place);
    return new KubernetesService(service, { pod: place.pod, container }, log, {
      clock: this.#pods.clock,
      address: place.address,
      dial: async (port, dialSignal) => await ports.dial(port, dialSignal),
    });
  }

  async openStep(step: StepPlan, signal: AbortSignal): Promise<StepContainer> {
    const placement = this.#pods.layout.steps.find(({ plan }) => plan.id === step.id);
    if (placement === undefined) throw new Error(`step "${step.id}" is not in the plan of the job`);
    const { name } = await abortable(this.#pods.job, signal);
    if (step.id === this.#job.steps[0]?.id && placement.start === "agent") {
      void this.#runs.prepare(placement, this.#withAgents(this.#closed.signal));
    }
    return new KubernetesStep(name, placement, {
      ready: async (runSignal) => {
        const pod = await this.#withAgents(runSignal);
        await this.#writeHosts(pod, this.#furtherHosts(), runSignal);
      },
      runScript: (place, script, output) => this.#runs.runScript(place, script, output),
      runImage: (place, output) => this.#runs.runImage(place, output),
    });
  }

  async putSources(sources: SourceArchive, signal: AbortSignal): Promise<void> {
    const folder = this.#job.workspace.sourcePath;
    const target = { folder, name: `sources-${++this.#archives}`, isEmptied: true };
    await unpack(this.#withAgents(signal), target, sources.open(""), signal);
  }

  async addFiles(files: SourceArchive, signal: AbortSignal): Promise<void> {
    const folder = this.#job.workspace.sourcePath;
    const target = { folder, name: `files-${++this.#archives}`, isEmptied: false };
    await unpack(this.#withAgents(signal), target, files.open(""), signal);
  }

  async addFilesBeside(folder: string, files: SourceArchive, signal: AbortSignal): Promise<void> {
    const { mountPath } = this.#job.workspace;
    const archive = files.open(posix.relative(mountPath, folder));
    const target = { folder: mountPath, name: `files-${++this.#archives}`, isEmptied: false };
    await unpack(this.#withAgents(signal), target, archive, signal);
  }

  async readPath(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const pod = await this.#withAgents(signal);
    return await readTree(pod, posix.join(this.#job.workspace.sourcePath, path).replace(/\/$/, ""), signal);
  }

  async resolveHost(hostName: string, signal: AbortSignal): Promise<readonly string[]> {
    const pod = await this.#withAgents(signal);
    const wanted = hostName.toLowerCase();
    const known = this.#pods.hosts.find(({ hostnames }) => hostnames.some((name) => name.toLowerCase() === wanted));
    if (known !== undefined) return [known.ip];
    const lines = this.#furtherHosts();
    const isWritten = await this.#writeHosts(pod, lines, signal);
    const own = lines.find((line) => line.toLowerCase().split(" ").includes(wanted));
    if (own !== undefined) return isWritten ? [own.split(" ")[0] ?? ""] : [];
    for (const argv of [
      ["getent", "ahosts", hostName],
      ["nslookup", hostName],
    ]) {
      const result = await execInside(pod, HELPER, argv, signal);
      if (result.kind === "ended") return result.exitCode === 0 ? parseAddresses(result.stdout) : [];
    }
    return [];
  }

  close(graceMs: number): Promise<RemovedCounts> {
    if (this.#closing === undefined) {
      for (const ports of this.#ports.values()) ports.close();
      this.#closed.abort(new Error("the sandbox is closed"));
      this.#runs.close();
      this.#closing = this.#pods.close(graceMs);
    } else {
      this.#pods.hurry(graceMs);
    }
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close(0);
  }

  /** The pod, once scripts can be handed in and run. */
  async #withAgents(signal: AbortSignal): Promise<PodRun> {
    const pod = await abortable(this.#pods.job, signal);
    const containers = [
      HELPER,
      ...this.#pods.layout.steps.flatMap((step) => (step.start === "agent" ? step.container : [])),
    ];
    await this.#await(pod, containers, signal);
    return pod;
  }

  async #await(pod: PodRun, containers: readonly string[], signal: AbortSignal): Promise<void> {
    await awaitContainers(pod, containers, (container) => this.#pods.imageOf(container), signal);
  }

  /**
   * Adds to the hosts file that all containers of a pod share: names that the API server refuses and other engines know,
   * names that were not known when the pod was made. A container that starts makes the file anew.
   *
   * @returns false when it may not be written; who goes without is told when a name is looked up.
   */
  async #writeHosts(pod: PodRun, lines: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (lines.length === 0) return true;
    const script = 'case "$(cat /etc/hosts)" in *"$0"*) ;; *) printf "%s\\n" "$0" >>/etc/hosts ;; esac';
    const result = await execInside(pod, HELPER, ["sh", "-c", script, lines.join("\n")], signal);
    return result.kind === "ended" && result.exitCode === 0;
  }

  /** A service in a pod of its own was told the services before it; all of them are known only now. */
  async #introduce(pod: PodRun, signal: AbortSignal): Promise<void> {
    await this.#await(pod, [HELPER], signal);
    await this.#writeHosts(pod, allHostLines(this.#pods.layout, this.#pods.addresses), signal);
  }

  #furtherHosts(): readonly string[] {
    return furtherHostLines(this.#pods.layout, this.#pods.addresses);
  }

  /** One table for all services of a pod. */
  #portsOf({ pod, address }: ServicePlace): PortTable {
    const known = this.#ports.get(pod) ?? new PortTable(pod, address);
    this.#ports.set(pod, known);
    return known;
  }
}
