import type { ContainerPlan, JobPlan } from "../../model/job-plan.ts";
import { loginServerOf, type RegistryLogin } from "../registry-logins.ts";
import { isJsonObject, type Json, type JsonObject } from "./pod.ts";

/** By registry, or by a path below one. */
export type UserLogins = ReadonlyMap<string, RegistryLogin>;

/**
 * The content of `.dockerconfigjson` for the images of a job: the user's own logins, those of the variable
 * `DOCKER_AUTH_CONFIG`, which win, and those that the file has for an image, which win over both.
 *
 * @returns undefined when there is none.
 * @source K-53
 */
export function toDockerConfig(job: JobPlan, ofUser: UserLogins): string | undefined {
  const auths = {
    ...toEntries(ofUser),
    ...loginsOfVariable(job.steps[0]?.env.get("DOCKER_AUTH_CONFIG")),
    ...ofFile([...job.services, ...job.steps]),
  };
  return Object.keys(auths).length === 0 ? undefined : JSON.stringify({ auths });
}

function toEntries(logins: UserLogins): JsonObject {
  return Object.fromEntries([...logins].map(([server, login]) => [server, toEntry(login)]));
}

/** A kubelet reads `auth`, and other readers of such files the two behind it. */
function toEntry({ username, password, email, identitytoken }: RegistryLogin): JsonObject {
  if (username === undefined || password === undefined) return { identitytoken };
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return { username, password, ...(email === undefined ? {} : { email }), auth };
}

/** Of `DOCKER_AUTH_CONFIG`. A text that holds no logins is none: the pull then says what is missing. */
export function loginsOfVariable(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  try {
    const config: Json = JSON.parse(text);
    return isJsonObject(config) && isJsonObject(config["auths"]) ? config["auths"] : {};
  } catch {
    return {};
  }
}

/** A token is only ever the variable's, whose entry stands there whole. */
function ofFile(plans: readonly ContainerPlan[]): JsonObject {
  return Object.fromEntries(
    plans.flatMap(({ image: { ref, auth } }) =>
      auth === undefined || "identitytoken" in auth ? [] : [[loginServerOf(ref), toEntry(auth)]],
    ),
  );
}
