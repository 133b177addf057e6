import type { SourceSpan } from "../text/source.ts";

/** What a repository may be trusted with; Drone's word for it is "Trusted". */
export type Capability = "network" | "volumes" | "security";

export const CAPABILITIES: readonly Capability[] = ["network", "volumes", "security"];

/** A thing asked of the host that the operator did not grant. */
export interface Refusal {
  readonly capability: Capability;
  readonly value: string;
  readonly job: string;
  readonly container: string;
  readonly at: SourceSpan;
}
