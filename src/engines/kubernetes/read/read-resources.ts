import type { TomlSection } from "../../../config/toml/toml-section.ts";
import { withoutUndefined } from "../../../text/without-undefined.ts";
import { parseQuantity } from "../quantity.ts";
import type { ResourceOwner, ResourceRange, ResourceSettings } from "../settings.ts";

/** The words before the kind: `helper_cpu_limit`; the build container has none. */
const PREFIXES: Readonly<Record<ResourceOwner, string>> = {
  build: "",
  helper: "helper_",
  service: "service_",
  pod: "pod_",
};

/** @source K-45 */
export function readResources(engine: TomlSection): Readonly<Record<ResourceOwner, ResourceSettings>> {
  return {
    build: readOwner(engine, "build"),
    helper: readOwner(engine, "helper"),
    service: readOwner(engine, "service"),
    pod: readOwner(engine, "pod"),
  };
}

function readOwner(engine: TomlSection, owner: ResourceOwner): ResourceSettings {
  const prefix = PREFIXES[owner];
  return {
    cpu: readRange(engine, `${prefix}cpu`),
    memory: readRange(engine, `${prefix}memory`),
    // A pod as a whole has none.
    ephemeralStorage: owner === "pod" ? {} : readRange(engine, `${prefix}ephemeral_storage`),
  };
}

function readRange(engine: TomlSection, stem: string): ResourceRange {
  const quantity = (key: string): string | undefined => {
    const text = engine.filled(key);
    if (text === undefined || parseQuantity(text) !== undefined) return text;
    engine.refuse(key, `"${text}" is not a quantity`, 'for example "500m" processors or "1Gi" bytes');
    return undefined;
  };
  return withoutUndefined({
    request: quantity(`${stem}_request`),
    limit: quantity(`${stem}_limit`),
    requestOverwriteMaxAllowed: quantity(`${stem}_request_overwrite_max_allowed`),
    limitOverwriteMaxAllowed: quantity(`${stem}_limit_overwrite_max_allowed`),
  });
}
