import type { SourceSpan } from "../text/source.ts";

/** What a repository may be trusted with; Drone's word for it is "Trusted". */
export type Capability = "network" | "volumes" | "security";

export const CAPABILITIES: readonly Capability[] = ["network", "volumes", "security"];

/** One thing that a container of a job asks of the host, granted or not. */
export interface CapabilityUse {
  readonly capability: Capability;
  /** As the user wrote it. */
  readonly value: string;
  readonly job: string;
  readonly container: string;
  readonly at: SourceSpan;
  /** The place in the file's own words: `services.database.volumes[0]`. */
  readonly path?: string;
  /** What the old system said when it refused this (DR-182). */
  readonly original?: string;
  /** Whoever has it has the whole machine: the engine's socket. */
  readonly isFullAccess: boolean;
  readonly hostPath?: string;
  readonly isPrivilege?: true;
  /** The container's, when privilege may be granted by it. */
  readonly image?: string;
}

/** A thing asked of the host that the operator did not grant. */
export type Refusal = CapabilityUse;
