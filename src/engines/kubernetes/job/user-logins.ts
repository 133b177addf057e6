import { isDeepStrictEqual } from "node:util";
import type { ImagePlan } from "../../../model/job-plan.ts";
import { repositoryOf } from "../../../model/normal-image.ts";
import {
  findRegistryLogin,
  loginServerOf,
  type RegistryLogin,
  type RegistryLoginSources,
} from "../../registry-logins.ts";
import type { UserLogins } from "../to-pull-secret.ts";

/**
 * The user's own logins for the images of a job, and for no others: whoever may read Secrets in the name space sees them.
 *
 * @source K-53
 */
export async function findUserLogins(images: readonly ImagePlan[], sources: RegistryLoginSources): Promise<UserLogins> {
  const asked = [...new Map(images.map(({ ref }) => [repositoryOf(ref), ref])).values()];
  const found = await Promise.all(asked.map(async (ref) => ({ ref, login: await findRegistryLogin(ref, sources) })));
  const logins = new Map<string, RegistryLogin>();
  for (const { ref, login } of found) {
    if (login === undefined) continue;
    const server = loginServerOf(ref);
    const known = logins.get(server);
    // Below one registry there may be several logins; a kubelet takes the longest path that fits.
    logins.set(known === undefined || isDeepStrictEqual(known, login) ? server : repositoryOf(ref), login);
  }
  return logins;
}
