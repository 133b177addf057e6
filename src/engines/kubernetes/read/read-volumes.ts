import type { TomlSection } from "../../../config/toml/toml-section.ts";
import { withoutUndefined } from "../../../text/without-undefined.ts";
import type { JsonObject } from "../pod.ts";
import type { ConfiguredVolume } from "../settings.ts";

type SourceReader = (section: TomlSection, name: string) => JsonObject;

/** By the word in the file: the volume as the API has it. @source K-55 */
const SOURCES: readonly (readonly [string, SourceReader])[] = [
  [
    "host_path",
    (section) => ({ hostPath: { path: section.filled("host_path") ?? section.filled("mount_path") ?? "" } }),
  ],
  ["pvc", (_, name) => ({ persistentVolumeClaim: { claimName: name } })],
  ["config_map", (section, name) => ({ configMap: { name, ...readItems(section) } })],
  ["secret", (section, name) => ({ secret: { secretName: name, ...readItems(section) } })],
  ["empty_dir", readEmptyDir],
  ["csi", readCsi],
  ["nfs", readNfs],
];

/** In the order of the kinds above, then of the file. Two mounts of one name are one volume. */
export function readVolumes(engine: TomlSection): readonly ConfiguredVolume[] {
  const volumes = engine.table("volumes");
  if (volumes === undefined) return [];
  const read = SOURCES.flatMap(([kind, toSource]) =>
    volumes.tables(kind).flatMap((section) => readVolume(section, kind, toSource)),
  );
  volumes.finish();
  return read;
}

function readVolume(section: TomlSection, kind: string, toSource: SourceReader): readonly ConfiguredVolume[] {
  const name = section.filled("name");
  const mountPath = section.filled("mount_path");
  if (name === undefined) section.refuse("name", `a volume of kind "${kind}" needs a name`);
  if (mountPath === undefined) section.refuse("mount_path", `a volume of kind "${kind}" needs a mount_path`);
  const volume = {
    name: name ?? "",
    mountPath: mountPath ?? "",
    readOnly: section.boolean("read_only") ?? false,
    ...withoutUndefined({
      subPath: section.filled("sub_path"),
      mountPropagation: section.filled("mount_propagation"),
    }),
    source: toSource(section, name ?? ""),
  };
  section.finish();
  return name === undefined || mountPath === undefined ? [] : [volume];
}

/** `items` picks keys: each is a key and the path below the mount that it gets. */
function readItems(section: TomlSection): JsonObject {
  const items = section.stringMap("items");
  if (items === undefined) return {};
  return { items: Object.entries(items).map(([key, path]) => ({ key, path })) };
}

function readEmptyDir(section: TomlSection): JsonObject {
  return {
    emptyDir: withoutUndefined({ medium: section.filled("medium"), sizeLimit: section.filled("size_limit") }),
  };
}

function readCsi(section: TomlSection): JsonObject {
  const csi = withoutUndefined({
    driver: section.filled("driver"),
    fsType: section.filled("fs_type"),
    readOnly: section.boolean("read_only"),
    volumeAttributes: section.stringMap("volume_attributes"),
  });
  if (csi.driver === undefined) section.refuse("driver", 'a volume of kind "csi" needs a driver');
  return { csi };
}

function readNfs(section: TomlSection): JsonObject {
  const server = section.filled("server");
  const path = section.filled("path");
  if (server === undefined) section.refuse("server", 'a volume of kind "nfs" needs a server');
  if (path === undefined) section.refuse("path", 'a volume of kind "nfs" needs a path');
  return { nfs: { server: server ?? "", path: path ?? "" } };
}
