import type { ContainerPlan } from "../../model/job-plan.ts";
import type { Diagnostic } from "../../text/diagnostic.ts";
import type { SecuritySettings } from "./settings.ts";
import { fixesUser, parseUser, type SecuredContainer } from "./to-security.ts";

/**
 * A user by name is a warning, because a cluster knows only numbers; one that the operator did not list is refused, root
 * with them. Where the operator's own settings say as whom containers run, the file's word does not count.
 *
 * @source K-58
 */
export function judgeUser(
  plan: ContainerPlan,
  kind: SecuredContainer,
  settings: SecuritySettings,
): readonly Diagnostic[] {
  const { at } = plan;
  const user = plan.clusterUser ?? plan.user;
  if (user === undefined || fixesUser(kind, settings)) return [];
  const ids = parseUser(user);
  if (ids === undefined) {
    const message = `"${plan.id}" runs as its image's own user: "${user}" is a name, and a cluster takes numbers only`;
    return [{ severity: "warning", code: "user-name", message, at, hint: 'for example "1000" or "1000:1000"' }];
  }
  const { allowedUsers, allowedGroups } = settings;
  const refused = [
    ...judge("user", ids.user, allowedUsers),
    ...(ids.group === undefined ? [] : judge("group", ids.group, allowedGroups)),
  ];
  return refused.map((message) => ({ severity: "error", code: "user-not-allowed", message, at }));
}

function judge(word: "user" | "group", id: number, allowed: readonly string[] | undefined): readonly string[] {
  if (allowed === undefined ? true : allowed.includes(String(id))) return [];
  return [`${word} ${id} is not in allowed_${word}s: ${allowed?.join(", ")}`];
}
