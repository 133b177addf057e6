import { toList, toNumber, toRecord, toText } from "../../json.ts";
import type { Transport } from "./transport.ts";

export interface SystemInfo {
  /** `docker 20.10.24`, `podman 4.3.1`. */
  readonly product: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

export interface SystemApi {
  describe(signal: AbortSignal): Promise<SystemInfo>;
}

export function systemApi(transport: Transport): SystemApi {
  return {
    async describe(signal) {
      const [version, info] = await Promise.all([
        transport.send({ method: "GET", path: "/version", signal }).then(toRecord),
        transport.send({ method: "GET", path: "/info", signal }).then(toRecord),
      ]);
      return {
        product: toProduct(version),
        operatingSystem: toText(info["OperatingSystem"]) ?? toText(version["Os"]) ?? "unknown",
        architecture: toText(version["Arch"]) ?? toText(info["Architecture"]) ?? "unknown",
        cpus: toNumber(info["NCPU"]) ?? 0,
        memoryBytes: toNumber(info["MemTotal"]) ?? 0,
      };
    },
  };
}

/** Distributions add to the version (`20.10.24+dfsg1`): left out. */
function toProduct(version: Readonly<Record<string, unknown>>): string {
  const names = toList(version["Components"]).map((component) => toText(toRecord(component)["Name"]) ?? "");
  const product = names.some((name) => /podman/i.test(name)) ? "podman" : "docker";
  const number = (toText(version["Version"]) ?? "").replace(/[+~].*$/, "");
  return number === "" ? product : `${product} ${number}`;
}
