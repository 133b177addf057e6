import type { ContainerPlan, JobPlan } from "../../model/job-plan.ts";
import { repositoryOf } from "../../model/normal-image.ts";
import type { Json, JsonObject } from "./pod.ts";

/** What a kubelet knows as the address of Docker Hub. */
const HUB_SERVER = "https://index.docker.io/v1/";

/**
 * The content of `.dockerconfigjson` for the images of a job: logins of the variable `DOCKER_AUTH_CONFIG`, and those that
 * the file has for an image, which win.
 *
 * @returns undefined when there is none.
 * @source K-53
 */
export function toDockerConfig(job: JobPlan): string | undefined {
  const auths = {
    ...ofVariable(job.steps[0]?.env.get("DOCKER_AUTH_CONFIG")),
    ...ofFile([...job.services, ...job.steps]),
  };
  return Object.keys(auths).length === 0 ? undefined : JSON.stringify({ auths });
}

/** A text that holds no logins is none: the pull then says what is missing. */
function ofVariable(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  try {
    const config: Json = JSON.parse(text);
    return isObject(config) && isObject(config["auths"]) ? config["auths"] : {};
  } catch {
    return {};
  }
}

function ofFile(plans: readonly ContainerPlan[]): JsonObject {
  return Object.fromEntries(
    plans.flatMap(({ image }) => {
      if (image.auth === undefined) return [];
      const { username, password, email } = image.auth;
      const auth = Buffer.from(`${username}:${password}`).toString("base64");
      const server = repositoryOf(image.ref).split("/")[0] ?? "";
      const login = { username, password, ...(email === undefined ? {} : { email }), auth };
      return [[server === "docker.io" ? HUB_SERVER : server, login]];
    }),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
