/**
 * The floor of a cluster: a pod with the containers of a job, made and read by plain calls.
 *
 * `node bare-pod.ts ORDER.json` prints one line `ms TIME` with the milliseconds from before the pod was asked for until its
 * first piece of log was there, and a line `delay MS` for each line of the log that begins with a time stamp in seconds.
 */
import { readFileSync } from "node:fs";
import { ApiCalls } from "./api-calls.ts";
import type { PodOrder } from "./pod-order.ts";

const order: PodOrder = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const calls = new ApiCalls(order);
// As in the product the connection is there when the job starts.
await calls.send("GET", "/version");
const name = `${order.namePrefix}-${process.hrtime.bigint().toString(36)}`;
const pods = `/api/v1/namespaces/${order.namespace}/pods`;
const startedAt = performance.now();
const made = await calls.send("POST", pods, toPod());
try {
  await untilRuns(versionOf(made));
  const log = await calls.open("GET", `${pods}/${name}/log?container=build&follow=true`);
  log.setEncoding("utf8");
  await readLog(log);
} finally {
  await calls.send("DELETE", `${pods}/${name}`, { gracePeriodSeconds: 0 });
  calls.close();
}

function toPod(): object {
  const container = (own: string, script: string): object => ({
    name: own,
    image: order.image,
    imagePullPolicy: "IfNotPresent",
    command: [order.shell, "-c", script],
    volumeMounts: [{ name: "builds", mountPath: "/builds" }],
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 0,
      enableServiceLinks: false,
      volumes: [{ name: "builds", emptyDir: {} }],
      containers: [container("build", `${order.script}\nsleep 60`), container("helper", "sleep 60")],
    },
  };
}

/** By a watch: nobody is asked twice. */
async function untilRuns(resourceVersion: string): Promise<void> {
  const query = `watch=true&fieldSelector=metadata.name=${name}&resourceVersion=${resourceVersion}`;
  const watch = await calls.open("GET", `${pods}?${query}`);
  watch.setEncoding("utf8");
  let text = "";
  for await (const chunk of watch) {
    text += String(chunk);
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    if (lines.some((line) => hasStarted(JSON.parse(line)))) return;
  }
  throw new Error("the watch ended before the pod ran");
}

async function readLog(log: AsyncIterable<unknown>): Promise<void> {
  let text = "";
  let isFirst = true;
  for await (const chunk of log) {
    const now = Date.now();
    if (isFirst) process.stdout.write(`ms ${(performance.now() - startedAt).toFixed(1)}\n`);
    isFirst = false;
    const lines = (text + String(chunk)).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const printedAt = Number.parseFloat(line) * 1000;
      if (Number.isFinite(printedAt)) process.stdout.write(`delay ${(now - printedAt).toFixed(1)}\n`);
    }
    if (order.until === "first line" || lines.includes("end")) return;
  }
}

interface PodView {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly status?: {
    readonly containerStatuses?: readonly { readonly name: string; readonly state?: { readonly running?: object } }[];
  };
}

function versionOf(pod: unknown): string {
  const { metadata }: PodView = toView(pod);
  return metadata?.resourceVersion ?? "0";
}

function hasStarted(event: unknown): boolean {
  const object = typeof event === "object" && event !== null && "object" in event ? event.object : undefined;
  const { status } = toView(object);
  return status?.containerStatuses?.some((one) => one.name === "build" && one.state?.running !== undefined) ?? false;
}

function toView(pod: unknown): PodView {
  return typeof pod === "object" && pod !== null ? pod : {};
}
