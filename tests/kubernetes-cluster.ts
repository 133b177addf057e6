import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { findEndpoint } from "../src/engines/docker/find-endpoint.ts";
import type { Engine } from "../src/engines/engine.ts";
import { openEngine } from "../src/engines/open-engine.ts";
import type { Owner } from "../src/model/owner.ts";
import { SHARED_FOLDER } from "./shared-folder.ts";

const { env } = process;

/** How the real cluster is had: one that is given, one that is started, or none. */
type ClusterSource =
  | { readonly kind: "given"; readonly kubeconfig: string }
  | { readonly kind: "local"; readonly folder: string; readonly dockerHost: string }
  | { readonly kind: "none"; readonly why: string };

const folder = join(SHARED_FOLDER, "kubernetes");
const source = await findSource();

async function findSource(): Promise<ClusterSource> {
  const given = env["OUTRIGGER_TEST_KUBECONFIG"];
  if (given !== undefined && given !== "") return { kind: "given", kubeconfig: given };
  if (!existsSync(join(folder, "up"))) return { kind: "none", why: "OUTRIGGER_TEST_KUBECONFIG is not set" };
  const found = await findEndpoint(env, { home: homedir(), uid: process.getuid?.() });
  if (found.kind !== "found" || found.endpoint.kind !== "unix") {
    return { kind: "none", why: "no container engine of this machine answers, which a small cluster would need" };
  }
  return { kind: "local", folder, dockerHost: `unix://${found.endpoint.socketPath}` };
}

/**
 * Tests on a real cluster: the one of `OUTRIGGER_TEST_KUBECONFIG`, or one that is started for the file and ended after it.
 * Without either it is said in one line, and is a failure where the folder with the cluster is there and an outer CI runs.
 *
 * @param tests gets the path of the kubeconfig once tests run.
 */
export function describeOnCluster(name: string, tests: (kubeconfig: () => string) => void): void {
  if (source.kind === "none") {
    if (env["CI"] === "true" && existsSync(folder)) {
      test(`${name}: a cluster is there`, () => {
        throw new Error(`CI is set and there is no cluster: ${source.why}`);
      });
      return;
    }
    console.warn(`NOT RUN ON A REAL CLUSTER: ${name}: ${source.why}`);
    describe.skip(`${name} (no cluster: ${source.why})`, () => {
      test("skipped", () => undefined);
    });
    return;
  }
  const given = source.kind === "given" ? source.kubeconfig : undefined;
  describe(name, () => {
    let kubeconfig = given ?? "";
    beforeAll(() => {
      if (source.kind === "local") kubeconfig = startCluster(source);
    });
    afterAll(() => {
      if (source.kind === "local")
        execFileSync(join(source.folder, "down"), { env: clusterEnv(source), stdio: "pipe" });
    });
    tests(() => kubeconfig);
  });
}

/** Its own folder, so that it meets no other cluster; unpacked programs stay there. */
function clusterEnv({ dockerHost }: { readonly dockerHost: string }): NodeJS.ProcessEnv {
  const cache = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return {
    ...env,
    DOCKER_HOST: dockerHost,
    OUTRIGGER_KUBE_DIR: env["OUTRIGGER_KUBE_DIR"] ?? join(cache, "outrigger", "kubernetes"),
  };
}

/** @returns the path of its kubeconfig. */
function startCluster(local: { readonly folder: string; readonly dockerHost: string }): string {
  const said = execFileSync(join(local.folder, "up"), {
    env: clusterEnv(local),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const path = /^export KUBECONFIG=(.+)$/m.exec(said)?.[1];
  if (path === undefined) throw new Error(`the cluster did not say where its kubeconfig is: ${said}`);
  return path;
}

/** The engine of the cluster, to look behind the program. */
export async function openOnCluster(kubeconfig: string, owner: Owner): Promise<Engine> {
  return await openEngine("kubernetes", { env: { KUBECONFIG: kubeconfig }, home: homedir(), owner });
}
