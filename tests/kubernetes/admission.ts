import { type JsonRecord, toList, toRecord, toText, toTextMap, toTexts } from "../../src/engines/json.ts";

/** What the fake's API server makes of a pod with native sidecars: newer ones know them, those before 1.29 do not. */
export type SidecarSupport =
  | "supported"
  /** The field is dropped without a word; with a probe the pod is refused: as a real 1.20 does. */
  | "unknown";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SECRET_BYTES = 1024 * 1024;

export type Admission =
  | { readonly kind: "admitted"; readonly object: JsonRecord }
  | { readonly kind: "refused"; readonly message: string };

/** Checks an object as a real server does, as far as we ever do it wrong, and fills in what it fills in. */
export function admit(resource: string, object: JsonRecord, sidecars: SidecarSupport): Admission {
  if (resource === "secrets") return admitSecret(object);
  return resource === "pods" ? admitPod(object, sidecars) : { kind: "admitted", object };
}

function admitPod(pod: JsonRecord, sidecars: SidecarSupport): Admission {
  const spec = toRecord(pod["spec"]);
  const name = toText(toRecord(pod["metadata"])["name"]) ?? "";
  const initContainers = toList(spec["initContainers"]).map(toRecord);
  const faults = [
    ...(sidecars === "supported" ? [] : initContainers.flatMap(probeFault)),
    ...nameFaults([...initContainers, ...toList(spec["containers"]).map(toRecord)]),
    ...hostFaults(spec),
  ];
  if (faults.length > 0) {
    const list = faults.length === 1 ? (faults[0] ?? "") : `[${faults.join(", ")}]`;
    return { kind: "refused", message: `Pod "${name}" is invalid: ${list}` };
  }
  if (sidecars === "supported") return { kind: "admitted", object: pod };
  const isKnown = ([key]: readonly [string, unknown]): boolean => key !== "restartPolicy";
  const dropped = initContainers.map((container) => Object.fromEntries(Object.entries(container).filter(isKnown)));
  const kept = initContainers.length === 0 ? spec : { ...spec, initContainers: dropped };
  return { kind: "admitted", object: { ...pod, spec: kept } };
}

function probeFault(container: JsonRecord, index: number): readonly string[] {
  const probe = container["startupProbe"];
  return probe === undefined
    ? []
    : [
        `spec.initContainers[${index}].startupProbe: Invalid value: ${JSON.stringify(probe)}: must not be set for init containers`,
      ];
}

function nameFaults(containers: readonly JsonRecord[]): readonly string[] {
  const names = containers.map((container) => toText(container["name"]) ?? "");
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [`spec.containers[${index}].name: Duplicate value: "${name}"`],
  );
}

function hostFaults(spec: JsonRecord): readonly string[] {
  return toList(spec["hostAliases"])
    .flatMap((entry) => toTexts(toRecord(entry)["hostnames"]))
    .flatMap((name) =>
      SUBDOMAIN.test(name)
        ? []
        : [
            `spec.hostAliases.hostnames: Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters`,
          ],
    );
}

function admitSecret(secret: JsonRecord): Admission {
  const texts = [...toTextMap(secret["stringData"]).values(), ...toTextMap(secret["data"]).values()];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const name = toText(toRecord(secret["metadata"])["name"]) ?? "";
  return bytes > SECRET_BYTES
    ? {
        kind: "refused",
        message: `Secret "${name}" is invalid: data: Too long: must have at most ${SECRET_BYTES} bytes`,
      }
    : { kind: "admitted", object: secret };
}
