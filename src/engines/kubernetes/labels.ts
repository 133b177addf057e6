import { formatOwner, type Owner, parseOwner } from "../../model/owner.ts";
import { sha256 } from "../../text/sha256.ts";
import { toLabelValue } from "./names.ts";
import type { Metadata } from "./pod.ts";

export type ObjectKind = "job" | "service" | "agent" | "secret" | "namespace";

/** What every object of one job carries. */
export interface LabelSource {
  readonly runId: string;
  /** The job's name as the user wrote it. */
  readonly job: string;
  readonly owner: Owner;
  /** When it is certain that nobody uses the objects any more, epoch milliseconds. @source K-118 */
  readonly deadlineAt: number;
  /** Labels of the caller, for tests. */
  readonly extra: ReadonlyMap<string, string>;
}

export const MANAGED = "outrigger.dev/managed";
export const RUN = "outrigger.dev/run";
const JOB = "outrigger.dev/job";
const KIND = "outrigger.dev/kind";
const NAME = "outrigger.dev/name";
const MANAGER = "outrigger.dev/manager";
export const OWNER = "outrigger.dev/owner";
const DEADLINE = "outrigger.dev/deadline";

/** Every object of any run and owner, as the API's `labelSelector`. */
export const OURS = `${MANAGED}=true`;

/**
 * Labels to find objects by, and annotations for what does not fit into a label: it holds 63 characters of few kinds.
 *
 * @param name what the object is in its job: a container's name.
 * @source K-16, K-17, K-118
 */
export function toMetadata(
  source: LabelSource,
  kind: ObjectKind,
  name: string,
): Pick<Metadata, "labels" | "annotations"> {
  return {
    labels: {
      ...Object.fromEntries([...source.extra].map(([key, value]) => [key, toLabelValue(value)])),
      [MANAGED]: "true",
      [RUN]: toLabelValue(source.runId),
      [JOB]: toLabelValue(source.job),
      [KIND]: kind,
      [NAME]: toLabelValue(name),
      [MANAGER]: toLabelValue(source.owner.host),
      [OWNER]: ownerLabel(source.owner),
    },
    annotations: {
      [JOB]: source.job,
      [OWNER]: formatOwner(source.owner),
      [DEADLINE]: new Date(source.deadlineAt).toISOString(),
    },
  };
}

/** Short for the whole owner, which is an annotation. */
export function ownerLabel(owner: Owner): string {
  return sha256(formatOwner(owner)).slice(0, 16);
}

export interface ReadMetadata {
  readonly runId: string;
  readonly job: string;
  /** Undefined when the annotation is missing or unreadable. */
  readonly owner: Owner | undefined;
  /** Epoch milliseconds; undefined when nobody wrote one that can be read. */
  readonly deadlineAt: number | undefined;
}

/** What {@link toMetadata} wrote. */
export function readMetadata(metadata: {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}): ReadMetadata {
  const { labels = {}, annotations = {} } = metadata;
  const deadlineAt = Date.parse(annotations[DEADLINE] ?? "");
  return {
    runId: labels[RUN] ?? "",
    job: annotations[JOB] ?? labels[JOB] ?? "",
    owner: parseOwner(annotations[OWNER] ?? ""),
    deadlineAt: Number.isNaN(deadlineAt) ? undefined : deadlineAt,
  };
}
