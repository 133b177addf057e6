import { type LabelSource, toMetadata } from "./labels.ts";
import type { Namespace } from "./pod.ts";

/** A name space that one job has for itself. @source K-80 */
export function toNamespace(name: string, labels: LabelSource): Namespace {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, ...toMetadata(labels, "namespace", name) } };
}
