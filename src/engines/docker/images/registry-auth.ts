import type { ImagePlan } from "../../../model/job-plan.ts";
import { findRegistryLogin, loginServerOf, type RegistryLoginSources } from "../../registry-logins.ts";

/**
 * The login for an image's registry, encoded for `X-Registry-Auth`: that of the pipeline file, else the user's own.
 *
 * @source GS-630, DR-157
 */
export async function findRegistryAuth(
  { ref: image, auth }: Pick<ImagePlan, "ref" | "auth">,
  sources: RegistryLoginSources,
): Promise<string | undefined> {
  const login = auth ?? (await findRegistryLogin(image, sources));
  return login === undefined ? undefined : encode({ ...login, serveraddress: loginServerOf(image) });
}

/** The alphabet for URLs with padding; Node's own `base64url` has none, and Docker takes that for no login at all. */
function encode(login: object): string {
  return Buffer.from(JSON.stringify(login)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
