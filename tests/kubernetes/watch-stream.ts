import type { ServerResponse } from "node:http";
import type { ApiPath } from "./api-path.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import { VersionTooOld } from "./object-store.ts";
import { matchesLabels } from "./selectors.ts";

const BOOKMARK_EVERY_MS = 1_000;

/** Changes as they come, a line of JSON each, until the client goes or its time is over. */
export function serveWatch(
  cluster: FakeCluster,
  path: ApiPath,
  answer: ServerResponse,
  cutAfterBytes: number | undefined,
): void {
  const { store, traffic } = cluster;
  let left = cutAfterBytes ?? Number.POSITIVE_INFINITY;
  const tell = (type: string, object: object): void => {
    const line = `${JSON.stringify({ type, object })}\n`;
    answer.write(line.slice(0, left));
    left -= line.length;
    if (left <= 0) setImmediate(() => answer.socket?.destroy());
  };
  answer.writeHead(200, { "Content-Type": "application/json" });
  answer.flushHeaders();
  try {
    const from = Number(path.query.get("resourceVersion") ?? store.version);
    const stop = store.watch(from, ({ type, resource, namespace, object }) => {
      if (resource !== path.resource || namespace !== path.namespace) return;
      if (matchesLabels(object, path.query.get("labelSelector"))) tell(type, object);
    });
    traffic.watchOpened();
    const marks = setInterval(() => {
      tell("BOOKMARK", { kind: "Pod", metadata: { resourceVersion: store.version } });
    }, BOOKMARK_EVERY_MS).unref();
    const limit = setTimeout(() => answer.end(), Number(path.query.get("timeoutSeconds") ?? "60") * 1000).unref();
    answer.on("close", () => {
      stop();
      clearInterval(marks);
      clearTimeout(limit);
      traffic.watchClosed();
    });
  } catch (error) {
    if (!(error instanceof VersionTooOld)) throw error;
    const message = `too old resource version: ${path.query.get("resourceVersion") ?? ""}`;
    tell("ERROR", { kind: "Status", status: "Failure", message, reason: "Expired", code: 410 });
    answer.end();
  }
}
