import { formatOwner, type Owner, parseOwner } from "../../model/owner.ts";
import type { OwnedObject } from "../engine.ts";
import type { LabelFilter } from "./api/filters.ts";

export type ObjectKind = "service" | "step" | "cleaner" | "owner" | "network" | "workspace" | "volume";

/** What every object of one job carries. */
export interface LabelSource {
  readonly runId: string;
  /** The job's name as the user wrote it. */
  readonly job: string;
  readonly owner: Owner;
  /** When nothing of this job can be in use any more, whoever owns it; epoch milliseconds. */
  readonly leaseUntil: number;
  /** Labels of the caller, for tests. */
  readonly extra: ReadonlyMap<string, string>;
}

const MANAGED = "dev.outrigger.managed";
const RUN = "dev.outrigger.run";
const JOB = "dev.outrigger.job";
const OWNER = "dev.outrigger.owner";
const LEASE = "dev.outrigger.lease";

/** Every object of any run and owner. */
export const OURS: LabelFilter = new Map([[MANAGED, "true"]]);

/** Every object of one job. */
export function ofJob(source: LabelSource): LabelFilter {
  return new Map([...OURS, [RUN, source.runId], [JOB, source.job]]);
}

export function toLabels(source: LabelSource, kind: ObjectKind, name: string): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(source.extra),
    [MANAGED]: "true",
    [RUN]: source.runId,
    [JOB]: source.job,
    [OWNER]: formatOwner(source.owner),
    [LEASE]: new Date(source.leaseUntil).toISOString(),
    "dev.outrigger.kind": kind,
    "dev.outrigger.name": name,
  };
}

interface LabelledObject {
  readonly id: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt: number | undefined;
}

export function toOwnedObject(kind: OwnedObject["kind"], object: LabelledObject): OwnedObject {
  const leaseUntil = Date.parse(object.labels.get(LEASE) ?? "");
  return {
    kind,
    id: object.id,
    name: object.name,
    runId: object.labels.get(RUN) ?? "",
    job: object.labels.get(JOB) ?? "",
    owner: parseOwner(object.labels.get(OWNER) ?? ""),
    createdAt: object.createdAt,
    ...(Number.isNaN(leaseUntil) ? {} : { leaseUntil }),
  };
}
