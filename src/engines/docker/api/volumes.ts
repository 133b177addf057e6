import { toList, toRecord, toText, toTextMap, toTime } from "../../json.ts";
import type { LabelFilter } from "./filters.ts";
import { toFilters } from "./filters.ts";
import { isGone } from "./refusal.ts";
import type { Transport } from "./transport.ts";

export interface VolumeInfo {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt: number | undefined;
}

export interface VolumesApi {
  create(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** @returns false when it is gone already. */
  remove(name: string): Promise<boolean>;
  list(filter: LabelFilter, signal?: AbortSignal): Promise<readonly VolumeInfo[]>;
}

export function volumesApi(transport: Transport): VolumesApi {
  return {
    async create(name, labels) {
      await transport.send({ method: "POST", path: "/volumes/create", body: { Name: name, Labels: labels } });
    },
    async remove(name) {
      try {
        await transport.send({ method: "DELETE", path: `/volumes/${encodeURIComponent(name)}` });
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
    async list(filter, signal) {
      const query = { filters: toFilters(filter) };
      const answer = toRecord(await transport.send({ method: "GET", path: "/volumes", query, signal }));
      return toList(answer["Volumes"]).map(toVolumeInfo);
    },
  };
}

function toVolumeInfo(value: unknown): VolumeInfo {
  const info = toRecord(value);
  return {
    name: toText(info["Name"]) ?? "",
    labels: toTextMap(info["Labels"]),
    createdAt: toTime(info["CreatedAt"]),
  };
}
