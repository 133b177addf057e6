import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import { SHARED_FOLDER } from "../shared-folder.ts";

const { env } = process;
const folder = join(SHARED_FOLDER, "kubernetes");

/** Whether the programs of a small cluster lie beside the project. */
export const hasClusterFolder = existsSync(join(folder, "up"));

/** How a real cluster is had: one that is given, one that is started, or none. */
export type ClusterSource =
  | { readonly kind: "given"; readonly kubeconfig: string }
  | { readonly kind: "local"; readonly dockerHost: string }
  | { readonly kind: "none"; readonly why: string };

/** The cluster of `OUTRIGGER_TEST_KUBECONFIG`, or one that can be started beside the project. */
export async function findClusterSource(): Promise<ClusterSource> {
  const given = env["OUTRIGGER_TEST_KUBECONFIG"];
  if (given !== undefined && given !== "") return { kind: "given", kubeconfig: given };
  if (!hasClusterFolder) return { kind: "none", why: "OUTRIGGER_TEST_KUBECONFIG is not set" };
  const found = await findEndpoint(env, { home: homedir(), uid: process.getuid?.() });
  if (found.kind !== "found" || found.endpoint.kind !== "unix") {
    return { kind: "none", why: "no container engine of this machine answers, which a small cluster would need" };
  }
  return { kind: "local", dockerHost: `unix://${found.endpoint.socketPath}` };
}

/** A cluster that may be used; closed, one that was started is ended. */
export interface OpenCluster extends Disposable {
  readonly kubeconfig: string;
}

/** Takes seconds where it has to be started. @throws Error with the words of what starts it. */
export function openCluster(source: Exclude<ClusterSource, { readonly kind: "none" }>): OpenCluster {
  if (source.kind === "given") return { kubeconfig: source.kubeconfig, [Symbol.dispose]() {} };
  const own = clusterEnv(source.dockerHost);
  const said = execFileSync(join(folder, "up"), { env: own, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const kubeconfig = /^export KUBECONFIG=(.+)$/m.exec(said)?.[1];
  if (kubeconfig === undefined) throw new Error(`the cluster did not say where its kubeconfig is: ${said}`);
  return {
    kubeconfig,
    [Symbol.dispose]() {
      execFileSync(join(folder, "down"), { env: own, stdio: "pipe" });
    },
  };
}

/** Its own folder, so that it meets no other cluster; unpacked programs stay there. */
function clusterEnv(dockerHost: string): NodeJS.ProcessEnv {
  const cache = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return {
    ...env,
    DOCKER_HOST: dockerHost,
    OUTRIGGER_KUBE_DIR: env["OUTRIGGER_KUBE_DIR"] ?? join(cache, "outrigger", "kubernetes"),
  };
}
