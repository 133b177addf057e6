import type { TomlSection } from "../../../config/toml/toml-section.ts";
import { withoutUndefined } from "../../../text/without-undefined.ts";
import type { ContainerSecurity, JsonObject } from "../pod.ts";
import type { SecuritySettings } from "../settings.ts";

/** @source K-57, K-58 */
export function readSecurity(engine: TomlSection): SecuritySettings {
  return {
    capAdd: engine.strings("cap_add") ?? [],
    capDrop: engine.strings("cap_drop") ?? [],
    ...withoutUndefined({
      privileged: engine.boolean("privileged"),
      allowPrivilegeEscalation: engine.boolean("allow_privilege_escalation"),
      allowedUsers: engine.strings("allowed_users"),
      allowedGroups: engine.strings("allowed_groups"),
      pod: readPodContext(engine),
    }),
    build: readContainerContext(engine, "build"),
    helper: readContainerContext(engine, "helper"),
    service: readContainerContext(engine, "service"),
  };
}

function readContainerContext(engine: TomlSection, owner: "build" | "helper" | "service"): ContainerSecurity {
  const section = engine.table(`${owner}_container_security_context`);
  if (section === undefined) return {};
  const capabilities = section.table("capabilities");
  const context = withoutUndefined({
    privileged: section.boolean("privileged"),
    allowPrivilegeEscalation: section.boolean("allow_privilege_escalation"),
    runAsUser: section.count("run_as_user"),
    runAsGroup: section.count("run_as_group"),
    runAsNonRoot: section.boolean("run_as_non_root"),
    readOnlyRootFilesystem: section.boolean("read_only_root_filesystem"),
    procMount: section.filled("proc_mount"),
    seLinuxOptions: readSeLinux(section),
    seccompProfile: readProfile(section, "seccomp_profile"),
    appArmorProfile: readProfile(section, "app_armor_profile"),
    capabilities:
      capabilities === undefined
        ? undefined
        : withoutUndefined({ add: capabilities.strings("add"), drop: capabilities.strings("drop") }),
  });
  capabilities?.finish();
  section.finish();
  return context;
}

function readPodContext(engine: TomlSection): JsonObject | undefined {
  const section = engine.table("pod_security_context");
  if (section === undefined) return undefined;
  const context = withoutUndefined({
    fsGroup: section.count("fs_group"),
    fsGroupChangePolicy: section.filled("fs_group_change_policy"),
    runAsUser: section.count("run_as_user"),
    runAsGroup: section.count("run_as_group"),
    runAsNonRoot: section.boolean("run_as_non_root"),
    supplementalGroups: section.counts("supplemental_groups"),
    seLinuxOptions: readSeLinux(section),
    seccompProfile: readProfile(section, "seccomp_profile"),
    appArmorProfile: readProfile(section, "app_armor_profile"),
  });
  section.finish();
  return context;
}

function readSeLinux(section: TomlSection): JsonObject | undefined {
  const type = section.filled("selinux_type");
  return type === undefined ? undefined : { type };
}

/** A profile is its type, and for `Localhost` a file on the node. */
function readProfile(section: TomlSection, key: string): JsonObject | undefined {
  const profile = section.table(key);
  if (profile === undefined) return undefined;
  const read = withoutUndefined({
    type: profile.filled("type"),
    localhostProfile: profile.filled("localhost_profile"),
  });
  profile.finish();
  return read;
}
