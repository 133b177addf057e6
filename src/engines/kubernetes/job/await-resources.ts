import { EngineFailureError } from "../../../model/outrigger-error.ts";
import type { Clock } from "../../../system/clock.ts";
import type { KubernetesApi } from "../api/kubernetes-api.ts";
import type { KubernetesSettings } from "../settings.ts";

const PAUSE_MS = 5_000;

/**
 * Waits until the account and the pull secrets that a pod names are there, where the operator asks for that: something else
 * may be about to make them.
 *
 * @throws EngineFailureError in GitLab Runner's words.
 * @source K-54
 */
export async function awaitResources(
  api: KubernetesApi,
  namespace: string,
  settings: KubernetesSettings,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const attempts = settings.timing.resourceAvailabilityMaxAttempts;
  if (attempts === 0) return;
  const { serviceAccount, imagePullSecrets, useServiceAccountImagePullSecrets } = settings;
  const wanted = [
    ...(serviceAccount === undefined ? [] : [["serviceaccounts", "ServiceAccount", serviceAccount] as const]),
    ...(useServiceAccountImagePullSecrets ? [] : imagePullSecrets).map(
      (name) => ["secrets", "ImagePullSecret", name] as const,
    ),
  ];
  for (const [kind, title, name] of wanted) {
    for (let tried = 1; (await api.find(kind, namespace, name, signal)) === undefined; tried++) {
      if (tried >= attempts) {
        throw new EngineFailureError(
          "resource_missing",
          `Timed out while waiting for ${title}/${name} to be present in the cluster`,
          { hint: `kubectl -n ${namespace} get ${kind} ${name}` },
        );
      }
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}
