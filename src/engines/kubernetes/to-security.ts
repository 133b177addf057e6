import type { ContainerPlan } from "../../model/job-plan.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import type { ContainerSecurity, JsonObject } from "./pod.ts";
import type { SecuritySettings } from "./settings.ts";

export type SecuredContainer = "build" | "helper" | "service";

/** Dropped unless somebody asks for it. @source K-57 */
const DROPPED_BY_DEFAULT = "NET_RAW";

/**
 * A container's own context from the operator's, and from the file what the plan has granted.
 *
 * @param plan undefined: `helper`, which takes nothing from the file.
 * @source K-57, K-58
 */
export function toContainerSecurity(
  kind: SecuredContainer,
  plan: ContainerPlan | undefined,
  settings: SecuritySettings,
): ContainerSecurity {
  const configured = settings[kind];
  const isPrivileged = (configured.privileged ?? settings.privileged ?? false) || plan?.privileged === true;
  const wanted = plan?.clusterUser ?? plan?.user;
  const user = wanted === undefined ? undefined : parseUser(wanted);
  const mayTakeUser = !fixesUser(kind, settings);
  return withoutUndefined({
    ...configured,
    privileged: isPrivileged,
    // The API server refuses a privileged container that may not escalate.
    allowPrivilegeEscalation: isPrivileged
      ? undefined
      : (configured.allowPrivilegeEscalation ?? settings.allowPrivilegeEscalation),
    runAsUser: mayTakeUser ? user?.user : configured.runAsUser,
    runAsGroup: mayTakeUser ? user?.group : configured.runAsGroup,
    capabilities: toCapabilities(configured, plan, settings),
  });
}

/** The operator says as whom such containers run, whatever the file says. @source K-58 */
export function fixesUser(kind: SecuredContainer, settings: SecuritySettings): boolean {
  return settings[kind].runAsUser !== undefined || settings.pod?.["runAsUser"] !== undefined;
}

/** What a list of the container itself says replaces the merged one. */
function toCapabilities(
  configured: ContainerSecurity,
  plan: ContainerPlan | undefined,
  settings: SecuritySettings,
): ContainerSecurity["capabilities"] {
  const dropped = new Set([...settings.capDrop, ...(plan?.capDrop ?? [])].map(capability));
  const added = new Set(
    [...settings.capAdd, ...(plan?.capAdd ?? [])].map(capability).filter((name) => !dropped.has(name)),
  );
  if (!added.has(DROPPED_BY_DEFAULT) && !added.has("ALL")) dropped.add(DROPPED_BY_DEFAULT);
  const add = configured.capabilities?.add ?? [...added].toSorted();
  const drop = configured.capabilities?.drop ?? [...dropped].toSorted();
  return { ...(add.length === 0 ? {} : { add }), ...(drop.length === 0 ? {} : { drop }) };
}

/** Docker takes `CAP_NET_ADMIN` for `NET_ADMIN`. */
function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}

export interface UserIds {
  readonly user: number;
  readonly group?: number;
}

/** `1000` or `1000:1001`; a cluster knows no names of users. @source K-58 */
export function parseUser(text: string): UserIds | undefined {
  const match = /^(\d+)(?::(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  return { user: Number(match[1]), ...(match[2] === undefined ? {} : { group: Number(match[2]) }) };
}

/** The pod's context: the operator's, and the kernel settings that containers of the file were granted. */
export function toPodSecurity(plans: readonly ContainerPlan[], settings: SecuritySettings): JsonObject | undefined {
  const sysctls = new Map(plans.flatMap((plan) => [...(plan.sysctls ?? [])]));
  const groups = [...new Set(plans.flatMap((plan) => plan.groupAdd ?? []))].map(Number).filter(Number.isInteger);
  if (sysctls.size === 0 && groups.length === 0) return settings.pod;
  return {
    ...settings.pod,
    ...(sysctls.size === 0 ? {} : { sysctls: [...sysctls].map(([name, value]) => ({ name, value })) }),
    ...(groups.length === 0 ? {} : { supplementalGroups: groups }),
  };
}
