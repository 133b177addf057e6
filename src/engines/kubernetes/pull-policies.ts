import type { PullPolicy } from "../../model/container.ts";
import type { ImagePlan } from "../../model/job-plan.ts";
import type { ImagePullPolicy } from "./pod.ts";
import type { KubernetesSettings } from "./settings.ts";

export const POLICY_WORDS: Readonly<Record<PullPolicy, ImagePullPolicy>> = {
  always: "Always",
  "if-not-present": "IfNotPresent",
  never: "Never",
};

export interface DecidedPolicies {
  /** In the order they are tried; empty: none of those asked for is allowed. */
  readonly policies: readonly PullPolicy[];
  /** GitLab Runner's words for why; undefined: there is one. */
  readonly problem: string | undefined;
}

/**
 * What the file asks for, else what the operator configured, without what the operator does not allow.
 *
 * @param container whose image it is, for the message.
 * @source K-50
 */
export function decidePullPolicies(image: ImagePlan, container: string, settings: KubernetesSettings): DecidedPolicies {
  const isFromFile = image.isDefaultPolicy !== true;
  const asked = isFromFile ? image.pullPolicies : (settings.pullPolicies ?? image.pullPolicies);
  const allowed = settings.allowedPullPolicies;
  const policies = allowed === undefined ? asked : asked.filter((policy) => allowed.includes(policy));
  if (policies.length > 0 || allowed === undefined) return { policies, problem: undefined };
  const source = isFromFile
    ? "GitLab pipeline config"
    : settings.pullPolicies === undefined
      ? "Runner config (default)"
      : "Runner config";
  return {
    policies,
    problem:
      `invalid pull policy for container "${container}": pull_policy (${list(asked)}) defined in ${source} ` +
      `is not one of the allowed_pull_policies (${list(allowed)})`,
  };
}

function list(policies: readonly PullPolicy[]): string {
  return `[${policies.map((policy) => POLICY_WORDS[policy]).join(" ")}]`;
}
