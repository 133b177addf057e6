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
import { furtherHostLines } from "../host-aliases.ts";
import type { StepPlacement } from "../pod-layout.ts";
import { findStartProblem, toContainerEnd } from "../pod-problem.ts";
import { exitOf, type PodState } from "../pod-state.ts";
import { execInside } from "./exec-inside.ts";
import type { JobPods } from "./job-pods.ts";
import { KubernetesService } from "./kubernetes-service.ts";
import { KubernetesStep, type ScriptRun } from "./kubernetes-step.ts";
import type { PodRun } from "./pod-run.ts";
import { PortTable } from "./port-table.ts";
import { copyLog } from "./service-log.ts";
import { HELPER, Stage } from "./stage.ts";
import { emptyFolder, readTree, unpack } from "./workspace.ts";

const LOOPBACK = "127.0.0.1";

/** One job in one pod. The pod is on its way from the first moment on; every call waits for the part of it that it needs. */
export class KubernetesSandbox implements JobSandbox {
  readonly #job: JobPlan;
  readonly #pods: JobPods;
  #ports: PortTable | undefined;
  #stages = 0;
  #closing: Promise<RemovedCounts> | undefined;

  constructor(job: JobPlan, pods: JobPods) {
    this.#job = job;
    this.#pods = pods;
  }

  async startService(service: ServicePlan, log: OutputSink, signal: AbortSignal): Promise<RunningService> {
    const { layout, clock } = this.#pods;
    const placement = layout.services.find(({ plan }) => plan.id === service.id);
    if (placement === undefined) throw new Error(`service "${service.id}" is not in the plan of the job`);
    const { container } = placement;
    const pod = await abortable(this.#pods.job, signal);
    if (placement.isHeld) await pod.release(container, toPullReference(service.image.ref), signal);
    await pod.untilStarted((state) => this.#hasStarted(state, container), signal);
    this.#ports ??= new PortTable(pod);
    const ports = this.#ports;
    return new KubernetesService(service, { pod, container }, log, {
      clock,
      address: LOOPBACK,
      dial: async (port, dialSignal) => await ports.dial(port, dialSignal),
    });
  }

  async openStep(step: StepPlan, signal: AbortSignal): Promise<StepContainer> {
    signal.throwIfAborted();
    const placement = this.#pods.layout.steps.find(({ plan }) => plan.id === step.id);
    if (placement === undefined) throw new Error(`step "${step.id}" is not in the plan of the job`);
    return new KubernetesStep(this.#pods.name, placement, {
      ready: async (runSignal) => {
        const pod = await this.#withAgents(runSignal);
        await this.#writeHosts(pod, runSignal);
      },
      runScript: (place, script, output) => this.#runScript(place, script, output),
      runImage: (place, output) => this.#runImage(place, output),
    });
  }

  async putSources(sources: SourceArchive, signal: AbortSignal): Promise<void> {
    const pod = await this.#withAgents(signal);
    const folder = this.#job.workspace.sourcePath;
    await emptyFolder(pod, folder, signal);
    await unpack(pod, { folder, name: `sources-${++this.#stages}` }, sources.open(""), signal);
  }

  async addFiles(files: SourceArchive, signal: AbortSignal): Promise<void> {
    const pod = await this.#withAgents(signal);
    const target = { folder: this.#job.workspace.sourcePath, name: `files-${++this.#stages}` };
    await unpack(pod, target, files.open(""), signal);
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
    const isWritten = await this.#writeHosts(pod, signal);
    const isFurther = this.#furtherHosts().some((line) => line.toLowerCase().split(" ").includes(wanted));
    if (isFurther) return isWritten ? [LOOPBACK] : [];
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
      this.#ports?.close();
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
    return own !== undefined && own.now.kind !== "waiting" ? true : undefined;
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

  /** Names that the API server refuses and other engines know. A container that starts makes the file anew. */
  async #writeHosts(pod: PodRun, signal: AbortSignal): Promise<boolean> {
    const lines = this.#furtherHosts().join("\n");
    if (lines === "") return true;
    const script = 'case "$(cat /etc/hosts)" in *"$0"*) ;; *) printf "%s\\n" "$0" >>/etc/hosts ;; esac';
    // Who may not write there goes without these names, and is told so when they are looked up.
    const result = await execInside(pod, HELPER, ["sh", "-c", script, lines], signal);
    return result.kind === "ended" && result.exitCode === 0;
  }

  #furtherHosts(): readonly string[] {
    return furtherHostLines(this.#pods.layout, "loopback");
  }

  #runScript({ container }: StepPlacement, script: string, output: OutputSink): ScriptRun {
    const stage = this.#pods.job.then(
      (pod) =>
        new Stage(pod, { container, folder: agentFolder(container), name: `${++this.#stages}` }, this.#pods.clock),
    );
    const end = stage.then((one) => one.run(script, output));
    end.catch(() => undefined);
    return { end, stop: async (graceMs) => await (await stage).stop(graceMs) };
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
