import { describeEngineContract } from "../../src/engines/contract/engine-contract.ts";
import { findFakeProgram } from "../../src/engines/contract/programs.ts";
import { FakeEngine } from "../../src/engines/fake/fake-engine.ts";
import { systemClock } from "../../src/system/clock.ts";

describeEngineContract("fake", {
  image: "busybox:latest",
  missingImage: "outrigger.invalid/missing:1",
  toCommand: (program) => [program.name],
  toScript: (program) => program.name,
  open: async () =>
    new FakeEngine({
      clock: systemClock,
      images: new Map([["outrigger.invalid/missing:1", { isLocal: false }]]),
      programFor: (container, script) => findFakeProgram(script ?? container.command?.[0] ?? ""),
    }),
});
