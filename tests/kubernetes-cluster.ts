import { homedir } from "node:os";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Engine } from "../src/engines/engine.ts";
import { openEngine } from "../src/engines/open-engine.ts";
import type { Owner } from "../src/model/owner.ts";
import { findClusterSource, hasClusterFolder, type OpenCluster, openCluster } from "./kubernetes/real-cluster.ts";

const source = await findClusterSource();

/**
 * Tests on a real cluster: the one of `OUTRIGGER_TEST_KUBECONFIG`, or one that is started for the file and ended after it.
 * Without either it is said in one line, and is a failure where the folder with the cluster is there and an outer CI runs.
 *
 * @param tests gets the path of the kubeconfig once tests run.
 */
export function describeOnCluster(name: string, tests: (kubeconfig: () => string) => void): void {
  if (source.kind === "none") {
    if (process.env["CI"] === "true" && hasClusterFolder) {
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
  describe(name, () => {
    let cluster: OpenCluster | undefined;
    beforeAll(() => {
      cluster = openCluster(source);
    });
    afterAll(() => cluster?.[Symbol.dispose]());
    tests(() => cluster?.kubeconfig ?? "");
  });
}

/** The engine of the cluster, to look behind the program. */
export async function openOnCluster(kubeconfig: string, owner: Owner): Promise<Engine> {
  return await openEngine("kubernetes", { env: { KUBECONFIG: kubeconfig }, home: homedir(), owner });
}
