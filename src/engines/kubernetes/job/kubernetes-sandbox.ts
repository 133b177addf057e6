import { posix } from "node:path";
import { toPullReference } from "../../../model/image-ref.ts";
import type { JobPlan, ServicePlan, StepPlan } from "../../../model/job-plan.ts";
import { abortable } from "../../abortable.ts";
import { parseAddresses } from "../../addresses.ts";
import type {
  ContainerEnd,
  JobSandbox,
  OutputSink,
  RemovedCounts,
  RunningService,
  SourceArchive,
  StepContainer,
} from "../../engine.ts";
import { agentFolder } from "../agent/agent-argv.ts";
import { allHostLines, furtherHostLines } from "../host-aliases.ts";
import type { StepPlacement } from "../pod-layout.ts";
import { findStartProblem, toContainerEnd } from "../pod-problem.ts";
import { exitOf, hasBegun, type PodState } from "../pod-state.ts";
import { execInside } from "./exec-inside.ts";
import type { JobPods, ServicePlace } from "./job-pods.ts";
import { KubernetesService } from "./kubernetes-service.ts";
import { KubernetesStep, type ScriptRun } from "./kubernetes-step.ts";
import type { PodRun } from "./pod-run.ts";
import { PortTable } from "./port-table.ts";
import { copyLog } from "./service-log.ts";
import { HELPER, Stage } from "./stage.ts";
import { readTree, unpack } from "./workspace.ts";

/** One job in one pod. The pod is on its way from the first moment on; every call waits for the part of it that it needs. */
export class KubernetesSandbox implements JobSandbox {
  readonly #job: JobPlan;
  readonly #pods: JobPods;
  readonly #ports = new Map<PodRun, PortTable>();
  /** Stages that wait for their script, by container. */
  readonly #prepared = new Map<string, Stage>();
  #stages = 0;
  #hasWarned = false;
  #closing: Promise<RemovedCounts> | undefined;

  constructor(job: JobPlan, pods: JobPods) {
    this.#job = job;
    this.#pods = pods;
  }

  async startService(service: ServicePlan, log: OutputSink, signal: AbortSignal): Promise<RunningService> {
    const placement = this.#pods.layout.services.find(({ plan }) => plan.id === service.id);
    if (placement === undefined) throw new Error(`service "${service.id}" is not in the plan of the job`);
    const { container } = placement;
    const place = await abortable(this.#pods.placeOf(service.id), signal);
    if (placement.isHeld) await place.pod.release(container, toPullReference(service.image.ref), signal);
    await place.pod.untilStarted((state) => this.#hasStarted(state, container), signal);
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
    if (step.id === this.#job.steps[0]?.id && placement.start === "agent") void this.#prepareStage(placement);
    return new KubernetesStep(name, placement, {
      ready: async (runSignal) => {
        const pod = await this.#withAgents(runSignal);
        await this.#writeHosts(pod, this.#furtherHosts(), runSignal);
      },
      runScript: (place, script, output) => this.#runScript(place, script, output),
      runImage: (place, output) => this.#runImage(place, output),
    });
  }

  async putSources(sources: SourceArchive, signal: AbortSignal): Promise<void> {
    const folder = this.#job.workspace.sourcePath;
    const target = { folder, name: `sources-${++this.#stages}`, isEmptied: true };
    await unpack(this.#withAgents(signal), target, sources.open(""), signal);
  }

  async addFiles(files: SourceArchive, signal: AbortSignal): Promise<void> {
    const folder = this.#job.workspace.sourcePath;
    const target = { folder, name: `files-${++this.#stages}`, isEmptied: false };
    await unpack(this.#withAgents(signal), target, files.open(""), signal);
  }

  async addFilesBeside(folder: string, files: SourceArchive, signal: AbortSignal): Promise<void> {
    const { mountPath } = this.#job.workspace;
    const archive = files.open(posix.relative(mountPath, folder));
    const target = { folder: mountPath, name: `files-${++this.#stages}`, isEmptied: false };
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
      for (const stage of this.#prepared.values()) stage.abandon();
      this.#closing = this.#pods.close(graceMs);
    } else {
      this.#pods.hurry(graceMs);
    }
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close(0);
  }

  /** A container that runs, or ran and ended. @throws why it never will. */
  #hasStarted(state: PodState, container: string): true | undefined {
    const own = state.containers.get(container);
    const problem = findStartProblem(container, this.#pods.imageOf(container), own);
    if (problem !== undefined) throw problem.error;
    return hasBegun(own) ? true : undefined;
  }

  /** The pod, once scripts can be handed in and run. */
  async #withAgents(signal: AbortSignal): Promise<PodRun> {
    const pod = await abortable(this.#pods.job, signal);
    const containers = [
      HELPER,
      ...this.#pods.layout.steps.flatMap((step) => (step.start === "agent" ? step.container : [])),
    ];
    await pod.untilStarted(
      (state) => (containers.every((container) => this.#hasStarted(state, container)) ? true : undefined),
      signal,
    );
    return pod;
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
    await pod.untilStarted((state) => this.#hasStarted(state, HELPER), signal);
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

  #runScript({ container }: StepPlacement, script: string, output: OutputSink): ScriptRun {
    const prepared = this.#prepared.get(container);
    this.#prepared.delete(container);
    const stage =
      prepared === undefined ? this.#pods.job.then((pod) => this.#newStage(pod, container)) : Promise.resolve(prepared);
    const end = stage.then((one) => one.run(script, output)).then((result) => this.#tellWarnings(result, output));
    end.catch(() => undefined);
    return { end, stop: async (graceMs) => await (await stage).stop(graceMs) };
  }

  #newStage(pod: PodRun, container: string): Stage {
    const name = `${++this.#stages}`;
    return new Stage(pod, { container, folder: agentFolder(container), name }, this.#pods.clock);
  }

  /** While sources are sent and services get ready, what receives the first script is started. */
  async #prepareStage({ container }: StepPlacement): Promise<void> {
    // What goes wrong with it shows where the script is run.
    const pod = await this.#withAgents(new AbortController().signal).catch(() => undefined);
    if (pod === undefined || this.#closing !== undefined) return;
    const stage = this.#newStage(pod, container);
    stage.prepare();
    this.#prepared.set(container, stage);
  }

  /** What the cluster complained about, below the output of a script that failed; once. @source K-82 */
  async #tellWarnings(end: ContainerEnd, output: OutputSink): Promise<ContainerEnd> {
    if (end.exitCode === 0 || this.#hasWarned || !this.#pods.printsWarnings) return end;
    this.#hasWarned = true;
    const pod = await this.#pods.job;
    // Who may not read events goes without.
    const warnings = await pod.warnings().catch(() => []);
    const lines = warnings.map((message) => `Event retrieved from the cluster: ${message}\n`);
    if (lines.length > 0) await output(2, Buffer.from(lines.join("")));
    return end;
  }

  #runImage({ container, plan }: StepPlacement, output: OutputSink): ScriptRun {
    const stopped = new AbortController();
    const end = this.#runHeld(container, toPullReference(plan.image.ref), output, stopped.signal);
    end.catch(() => undefined);
    const stop = async (graceMs: number): Promise<void> => {
      const pod = await this.#pods.job;
      const ask = execInside(pod, container, ["sh", "-c", "kill -TERM -1; kill -TERM 1"], AbortSignal.timeout(5_000));
      await Promise.race([ask.catch(() => undefined), end.catch(() => undefined)]);
      if (graceMs > 0) await this.#pods.clock.sleep(graceMs, stopped.signal).catch(() => undefined);
      stopped.abort(new Error("stopped"));
      await end.catch(() => undefined);
    };
    return { end, stop };
  }

  /** The image's own program. Nothing can kill it from inside; when it is stopped it is given up, and goes with the pod. */
  async #runHeld(container: string, image: string, output: OutputSink, stopped: AbortSignal): Promise<ContainerEnd> {
    const pod = await this.#pods.job;
    await pod.release(container, image, stopped);
    await pod.untilStarted((state) => this.#hasStarted(state, container), stopped);
    let hasEnded = false;
    const copying = copyLog(pod, container, {
      sink: output,
      hasEnded: () => hasEnded,
      clock: this.#pods.clock,
      signal: stopped,
    });
    try {
      const exit = await pod.until((state) => exitOf(state.containers.get(container)), stopped);
      hasEnded = true;
      await copying;
      return toContainerEnd(exit);
    } catch (error) {
      await copying.catch(() => undefined);
      if (stopped.aborted) return { exitCode: 137, oomKilled: false };
      throw error;
    }
  }
}
