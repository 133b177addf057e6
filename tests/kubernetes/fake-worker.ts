import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { FakeCluster } from "./fake-cluster.ts";
import { ScriptedRuntime } from "./scripted-runtime.ts";

/** What {@link fakeWorker} understands, one word at a time; each is answered by a {@link WorkerAnswer}. */
export type WorkerWord = "let go" | "no quota" | "report" | "close";

export interface FakeWork {
  /** Of pods. */
  readonly quota: number;
  /** The pace of requests that is expected. */
  readonly perSecond: number;
}

export interface WorkerAnswer {
  readonly kubeconfig: string;
  readonly pods: number;
  readonly mostWatchesAtOnce: number;
  /** Of requests, ahead of the pace that was given. */
  readonly mostAhead: number;
  readonly podsAsked: number;
}

export const LINES = 50;

/** A fake cluster in a thread of its own, so that the memory of the engine under test can be told from its own. */
async function fakeWorker(port: NonNullable<typeof parentPort>, { quota, perSecond }: FakeWork): Promise<void> {
  const gate = new AbortController();
  const runtime = new ScriptedRuntime({
    script: async ({ print, signal }) => {
      print("up\n");
      if (!gate.signal.aborted) await once(AbortSignal.any([gate.signal, signal]), "abort");
      for (let line = 1; line <= LINES; line++) print(`line ${line}\n`);
      return 0;
    },
  });
  const cluster = await FakeCluster.open(runtime);
  cluster.podQuota = quota;
  const answer = (): void => {
    const { traffic, kubeconfig, podNames } = cluster;
    const said: WorkerAnswer = {
      kubeconfig,
      pods: podNames.length,
      mostWatchesAtOnce: traffic.mostWatchesAtOnce,
      mostAhead: traffic.mostAheadOf(perSecond),
      podsAsked: traffic.of("create pods"),
    };
    port.postMessage(said);
  };
  port.on("message", (word: WorkerWord) => {
    if (word === "let go") gate.abort();
    if (word === "no quota") cluster.podQuota = undefined;
    if (word !== "close") return answer();
    void cluster[Symbol.asyncDispose]().then(() => {
      answer();
      port.close();
    });
  });
  answer();
}

if (parentPort !== null) await fakeWorker(parentPort, workerData);
