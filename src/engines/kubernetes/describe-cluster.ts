import type { EngineDescription } from "../engine.ts";
import type { KubernetesApi } from "./api/kubernetes-api.ts";

/** What a cluster says of itself. Its nodes may be hidden from us, and then its size is not known. */
export async function describeCluster(
  api: KubernetesApi,
  product: string,
  signal: AbortSignal,
): Promise<EngineDescription> {
  const nodes = await api.nodes(signal);
  const sum = (pick: (node: { readonly cpus: number; readonly memoryBytes: number }) => number): number =>
    nodes.reduce((total, node) => total + pick(node), 0);
  return {
    product,
    endpoint: api.connection.origin,
    operatingSystem: nodes[0]?.operatingSystem ?? "linux",
    architecture: nodes[0]?.architecture ?? "unknown",
    cpus: sum((node) => node.cpus),
    memoryBytes: sum((node) => node.memoryBytes),
  };
}
