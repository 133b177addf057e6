import { homedir } from "node:os";
import { describe, test } from "vitest";
import type { ContractHarness } from "../../src/engines/contract/contract-bench.ts";
import { describeDiallingContract, describeEngineContract } from "../../src/engines/contract/engine-contract.ts";
import { findEndpoint } from "../../src/engines/docker/find-endpoint.ts";
import { openEngine } from "../../src/engines/open-engine.ts";
import { currentOwner } from "../../src/system/owner.ts";

const { env } = process;
const home = homedir();
const found = await findEndpoint(env, { home, uid: process.getuid?.() });

function harness(dialFromHost: boolean): ContractHarness {
  const extraLabels = new Map([["dev.outrigger.test", "engine-contract"]]);
  return {
    image: env["OUTRIGGER_TEST_IMAGE"] ?? "busybox:latest",
    missingImage: "outrigger.invalid/missing:1",
    toCommand: (program) => ["sh", "-c", program.shell],
    toScript: (program) => `${program.shell}\n`,
    open: () => openEngine("docker", { env, home, owner: currentOwner(), dialFromHost, extraLabels }),
  };
}

if (found.kind === "found") {
  describeEngineContract("docker", harness(true));
  describeDiallingContract("docker that this host cannot reach", harness(false));
} else if (env["CI"]) {
  test("a container engine is there", () => {
    throw new Error("CI is set and no container engine answers: the engine contract was not tested");
  });
} else {
  describe.skip("engine contract: docker (no container engine answers: npm run setup)", () => {
    test("skipped", () => undefined);
  });
}
