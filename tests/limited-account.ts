import { readFileSync } from "node:fs";
import { vi } from "vitest";
import { parse } from "yaml";
import { findCluster } from "../src/engines/kubernetes/api/connection.ts";
import { Transport } from "../src/engines/kubernetes/api/transport.ts";
import { systemClock } from "../src/system/clock.ts";

/** An account of a cluster that may do what one Role says, in a name space of its own. */
export interface LimitedAccount {
  /** The text of a kubeconfig with this account alone. */
  readonly kubeconfig: string;
  /** Removes the name space and everything in it. */
  readonly remove: () => Promise<void>;
}

interface Kubeconfig {
  readonly "current-context": string;
  readonly clusters: readonly { readonly name: string }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
}

const RBAC = "rbac.authorization.k8s.io";

/** @param roleText the manifest of the Role. */
export async function makeLimitedAccount(kubeconfig: string, roleText: string): Promise<LimitedAccount> {
  const namespace = `outrigger-limited-${process.pid}`;
  const connection = await findCluster(
    {},
    { env: { KUBECONFIG: kubeconfig }, home: "/", elapsed: systemClock.elapsed },
  );
  const transport = new Transport(connection, systemClock, { limit: 5, backoffMaxMs: 2_000 });
  const create = async (path: string, body: object): Promise<unknown> =>
    await transport.send({ method: "POST", path, body });
  const role: { readonly metadata: { readonly name: string } } = parse(roleText);
  const core = `/api/v1/namespaces/${namespace}`;
  const rights = `/apis/${RBAC}/v1/namespaces/${namespace}`;
  await create("/api/v1/namespaces", { metadata: { name: namespace } });
  await create(`${rights}/roles`, role);
  await create(`${core}/serviceaccounts`, { metadata: { name: "limited" } });
  await create(`${rights}/rolebindings`, {
    metadata: { name: "limited" },
    roleRef: { apiGroup: RBAC, kind: "Role", name: role.metadata.name },
    subjects: [{ kind: "ServiceAccount", name: "limited", namespace }],
  });
  const answer = (await create(`${core}/serviceaccounts/limited/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  })) as { readonly status: { readonly token: string } };
  // Without it no pod is taken; the cluster makes it in its own time.
  await vi.waitFor(() => transport.send({ method: "GET", path: `${core}/serviceaccounts/default` }), {
    timeout: 20_000,
  });
  return {
    kubeconfig: toKubeconfig(parse(readFileSync(kubeconfig, "utf8")), namespace, answer.status.token),
    remove: async () => {
      await transport.send({ method: "DELETE", path: core });
    },
  };
}

function toKubeconfig(full: Kubeconfig, namespace: string, token: string): string {
  const current = full.contexts.find(({ name }) => name === full["current-context"]);
  const cluster = current?.context.cluster ?? "";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "limited",
    clusters: full.clusters.filter(({ name }) => name === cluster),
    users: [{ name: "limited", user: { token } }],
    contexts: [{ name: "limited", context: { cluster, user: "limited", namespace } }],
  });
}
