import { describe, expect, test } from "vitest";
import { describeClosing } from "./closing.ts";
import { ContractBench, type ContractHarness, NEVER } from "./contract-bench.ts";
import { describeDialling } from "./dialling.ts";
import { describeImages } from "./images.ts";
import { describeNetwork } from "./network.ts";
import { describeServices } from "./services.ts";
import { describeSharedNetwork } from "./shared-network.ts";
import { describeSharedSources, describeSources } from "./sources.ts";
import { describeSteps } from "./steps.ts";
import { describeWorkspaceFiles } from "./workspace-files.ts";

/** What holds for every engine, whatever it is made of. */
export function describeEngineContract(name: string, harness: ContractHarness): void {
  describe(`engine contract: ${name}`, () => {
    const bench = new ContractBench(harness);
    describeWithoutSharing(bench);
    describeSharedSources(bench);
  });
}

/** The same where services stand so far away that they do not have the job's workspace. */
export function describeContractApart(name: string, harness: ContractHarness): void {
  describe(`engine contract: ${name}`, () => describeWithoutSharing(new ContractBench(harness)));
}

/** Of that, who reaches whom, for engines that can put services in different places. */
export function describeReachContract(name: string, harness: ContractHarness): void {
  describe(`engine contract: ${name}`, () => {
    const bench = new ContractBench(harness);
    describeDialling(bench);
    describeNetwork(bench);
  });
}

/** The part that has several implementations in one engine: how it finds out that a service listens. */
export function describeDiallingContract(name: string, harness: ContractHarness): void {
  describe(`engine contract: ${name}`, () => {
    describeDialling(new ContractBench(harness));
  });
}

function describeWithoutSharing(bench: ContractBench): void {
  test("it says who it is", async () => {
    const description = await bench.engine.describe(NEVER);
    expect(description.product).toMatch(/\w/);
    expect(description.cpus).toBeGreaterThan(0);
  });
  describeImages(bench);
  describeServices(bench);
  describeDialling(bench);
  describeNetwork(bench);
  describeSharedNetwork(bench);
  describeSteps(bench);
  describeSources(bench);
  describeWorkspaceFiles(bench);
  describeClosing(bench);
}
