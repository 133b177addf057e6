import { existsSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import { delimiter, join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { EngineUnavailableError } from "../../../model/outrigger-error.ts";
import type { ClusterAccess } from "../settings.ts";

/** Where a cluster answers, and as whom we ask. */
export interface ClusterConnection {
  /** `https://10.0.0.1:6443`, without a slash at its end. */
  readonly server: string;
  /** The name space that jobs go to unless somebody says otherwise. */
  readonly namespace: string;
  /** For people: `context "admin" of /home/me/.kube/config`. */
  readonly origin: string;
  /** TLS and credentials for one request; a token that runs out is renewed. */
  credentials(): Promise<RequestOptions>;
  /** The next request asks for new credentials. */
  forget(): void;
}

/** A pod finds its own cluster there. */
const IN_CLUSTER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** As long as the shortest-lived token is renewed before its end. */
const CREDENTIALS_LIVE_MS = 30_000;

export interface ConnectionSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly elapsed: () => number;
}

/**
 * Finds the cluster: the one that the settings name, `KUBECONFIG`, `~/.kube/config`, or the one we run in.
 *
 * @throws EngineUnavailableError when there is none, or when it cannot be read.
 */
export async function findCluster(access: ClusterAccess, sources: ConnectionSources): Promise<ClusterConnection> {
  // The library takes a second to load: only now is it known to be needed.
  const library = await importLibrary();
  const config = new library.KubeConfig();
  const origin = load(config, access, sources, () => new library.KubeConfig());
  chooseContext(config, access, origin);
  if (access.bearerToken !== undefined) takeToken(config, access.bearerToken);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw unusable(origin, "its context names a cluster that is not in it");
  const context = config.getContextObject(config.getCurrentContext());
  return {
    server: server.replace(/\/+$/, ""),
    namespace: context?.namespace ?? namespaceOfPod(config) ?? "default",
    origin: access.host === undefined ? `context "${config.getCurrentContext()}" of ${origin}` : origin,
    ...renewing(config, origin, sources.elapsed),
  };
}

async function importLibrary(): Promise<typeof import("@kubernetes/client-node")> {
  try {
    return await import("@kubernetes/client-node");
  } catch (error) {
    throw new EngineUnavailableError("the library for Kubernetes is not installed", {
      cause: error,
      hint: "npm install @kubernetes/client-node",
    });
  }
}

/** @returns where it came from. */
function load(
  config: KubeConfig,
  access: ClusterAccess,
  { env, home }: ConnectionSources,
  another: () => KubeConfig,
): string {
  if (access.host !== undefined) {
    config.loadFromOptions(toOptions(access, access.host));
    return access.host;
  }
  const named = env["KUBECONFIG"]?.split(delimiter).filter((path) => path !== "") ?? [];
  const own = join(home, ".kube", "config");
  const files = named.length > 0 ? named : existsSync(own) ? [own] : [];
  const [first, ...further] = files;
  if (first !== undefined) {
    const origin = files.join(delimiter);
    readInto(config, first);
    for (const path of further) {
      const next = another();
      readInto(next, path);
      config.mergeConfig(next);
    }
    return origin;
  }
  if (env["KUBERNETES_SERVICE_HOST"] !== undefined && existsSync(join(IN_CLUSTER, "token"))) {
    config.loadFromCluster();
    return "the cluster that this runs in";
  }
  throw new EngineUnavailableError(`no kubeconfig: KUBECONFIG is not set, and there is no "${own}"`, {
    hint: "set KUBECONFIG to a file that kubectl works with, or write host and bearer_token into the settings given with --config",
  });
}

function readInto(config: KubeConfig, path: string): void {
  try {
    config.loadFromFile(path);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw unusable(path, isMissing ? "there is no such file" : errorText(error), error);
  }
}

function toOptions(access: ClusterAccess, server: string): object {
  const { bearerToken, caFile, certFile, keyFile } = access;
  const cluster = { name: "cluster", server, skipTLSVerify: false, ...(caFile === undefined ? {} : { caFile }) };
  const user = {
    name: "user",
    ...(bearerToken === undefined ? {} : { token: bearerToken }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
  const context = { name: "settings", cluster: cluster.name, user: user.name };
  return { clusters: [cluster], users: [user], contexts: [context], currentContext: context.name };
}

function chooseContext(config: KubeConfig, access: ClusterAccess, origin: string): void {
  const names = config.getContexts().map(({ name }) => name);
  const wanted = access.context ?? config.getCurrentContext();
  if (wanted === undefined || wanted === "") throw unusable(origin, "it has no current-context");
  if (!names.includes(wanted)) {
    throw new EngineUnavailableError(`context "${wanted}" is not in ${origin}`, {
      hint: names.length === 0 ? "it has no contexts at all" : `it has ${names.map((name) => `"${name}"`).join(", ")}`,
    });
  }
  config.setCurrentContext(wanted);
}

/** Instead of whatever the configuration has: certificates would win over a token. */
function takeToken(config: KubeConfig, token: string): void {
  const current = config.getCurrentContext();
  const user = { name: "token of the settings", token };
  config.loadFromOptions({
    clusters: config.getClusters(),
    users: [user],
    contexts: config
      .getContexts()
      .map((context) => (context.name === current ? { ...context, user: user.name } : context)),
    currentContext: current,
  });
}

/** In a cluster the library makes up a context that names the pod's own name space. */
function namespaceOfPod(config: KubeConfig): string | undefined {
  return config.getContexts().find(({ name }) => name === "inClusterContext")?.namespace;
}

function renewing(
  config: KubeConfig,
  origin: string,
  elapsed: () => number,
): Pick<ClusterConnection, "credentials" | "forget"> {
  const isPlain = config.getCurrentCluster()?.server.startsWith("http:") === true;
  const proxied = config.getCurrentCluster()?.proxyUrl !== undefined;
  const agent = isPlain ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  let known: { readonly options: Promise<RequestOptions>; readonly at: number } | undefined;
  const ask = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      throw unusable(origin, `it gives no credentials: ${errorText(error)}`, error);
    }
    // The library's own agents open a connection for every request.
    return proxied ? options : { ...options, agent };
  };
  return {
    credentials: async () => {
      if (known === undefined || elapsed() - known.at > CREDENTIALS_LIVE_MS) known = { options: ask(), at: elapsed() };
      return await known.options;
    },
    forget: () => {
      known = undefined;
    },
  };
}

function unusable(origin: string, why: string, cause?: unknown): EngineUnavailableError {
  return new EngineUnavailableError(`kubeconfig "${origin}" cannot be used: ${why}`, {
    cause,
    hint: "kubectl config view shows what is in it; KUBECONFIG names another file",
  });
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
