import { EngineUnavailableError } from "../../model/outrigger-error.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import type { OwnedObject, RemovedCounts } from "../engine.ts";
import { type JsonRecord, toList, toRecord, toText, toTextMap, toTime } from "../json.ts";
import type { KubernetesApi, ResourceKind } from "./api/kubernetes-api.ts";
import { OURS, readMetadata } from "./labels.ts";

const KINDS: readonly (readonly [ResourceKind, OwnedObject["kind"]])[] = [
  ["pods", "pod"],
  ["configmaps", "configmap"],
  ["secrets", "secret"],
  ["namespaces", "namespace"],
];

/** Name spaces that jobs had for themselves; what is in them is for {@link findOwnedObjects}. @source K-80 */
export async function findOwnNamespaces(api: KubernetesApi, signal: AbortSignal): Promise<readonly OwnedObject[]> {
  const { items } = await api.list("namespaces", "", OURS, signal);
  // One that the cluster is emptying needs nobody any more.
  return items
    .filter((item) => toRecord(item["metadata"])["deletionTimestamp"] === undefined)
    .map((item) => toOwnedObject("namespace", item));
}

/** Everything in the name space that carries our label, pods first. */
export async function findOwnedObjects(
  api: KubernetesApi,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly OwnedObject[]> {
  const lists = await Promise.all(
    KINDS.filter(([resource]) => resource !== "namespaces").map(async ([resource, kind]) => {
      const { items } = await api.list(resource, namespace, OURS, signal);
      return items.map((item) => toOwnedObject(kind, item));
    }),
  );
  return lists.flat();
}

/** Pods first, because the rest goes with them. @throws the first failure, after everything was tried. */
export async function removeOwnedObjects(
  api: KubernetesApi,
  objects: readonly OwnedObject[],
  signal: AbortSignal,
): Promise<RemovedCounts> {
  const failures: unknown[] = [];
  const counts = { containers: 0, networks: 0, volumes: 0 };
  for (const [resource, kind] of KINDS) {
    signal.throwIfAborted();
    const works = objects
      .filter((object) => object.kind === kind)
      .map(async ({ id }) => {
        const [namespace = "", name = ""] = id.split("/");
        const pod = kind === "pod" ? await api.find("pods", namespace, name, signal) : undefined;
        const wasThere = await api.remove(resource, namespace, name, kind === "pod" ? 0 : undefined);
        if (pod === undefined || !wasThere) return;
        counts.containers += toList(toRecord(pod["spec"])["containers"]).length;
        counts.networks++;
        counts.volumes++;
      });
    const results = await Promise.allSettled(works);
    failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
  }
  if (failures.length > 0) throw failures.find((failure) => failure instanceof EngineUnavailableError) ?? failures[0];
  return counts;
}

function toOwnedObject(kind: OwnedObject["kind"], object: JsonRecord): OwnedObject {
  const metadata = toRecord(object["metadata"]);
  const name = toText(metadata["name"]) ?? "";
  const { runId, job, owner, deadlineAt } = readMetadata({
    labels: Object.fromEntries(toTextMap(metadata["labels"])),
    annotations: Object.fromEntries(toTextMap(metadata["annotations"])),
  });
  return {
    kind,
    id: `${toText(metadata["namespace"]) ?? ""}/${name}`,
    name,
    runId,
    job,
    owner,
    createdAt: toTime(metadata["creationTimestamp"]),
    ...withoutUndefined({ leaseUntil: deadlineAt }),
  };
}
