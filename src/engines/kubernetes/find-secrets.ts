import type { JobPlan } from "../../model/job-plan.ts";
import { decodeAuth } from "../../model/registry-paths.ts";
import { toRecord, toText } from "../json.ts";
import { loginsOfVariable } from "./to-pull-secret.ts";

/**
 * What must not be seen in logs and pods, although nobody marked it: the passwords in `DOCKER_AUTH_CONFIG`, and the token
 * that a job talks to the cluster with.
 *
 * @source K-48, K-53
 */
export function findSecrets(job: JobPlan): readonly string[] {
  const env = job.steps[0]?.env;
  const token = toText(env?.get("KUBERNETES_BEARER_TOKEN"));
  const found = Object.values(loginsOfVariable(env?.get("DOCKER_AUTH_CONFIG"))).flatMap((login) => {
    const { password, auth, identitytoken } = toRecord(login);
    return [toText(password), toText(auth), toText(identitytoken), toText(decodeAuth(toText(auth) ?? "").password)];
  });
  return [...new Set([token, ...found])].filter((secret) => secret !== undefined);
}
