import { homedir } from "node:os";
import { describeEngineContract } from "../../src/engines/contract/engine-contract.ts";
import { openEngine } from "../../src/engines/open-engine.ts";
import { currentOwner } from "../../src/system/owner.ts";
import { describeOnCluster } from "../kubernetes-cluster.ts";

describeOnCluster("on a real cluster", (kubeconfig) => {
  describeEngineContract("kubernetes", {
    image: "busybox:latest",
    missingImage: "outrigger.invalid/missing:1",
    toCommand: (program) => ["sh", "-c", program.shell],
    toScript: (program) => `${program.shell}\n`,
    open: () =>
      openEngine("kubernetes", {
        env: { ...process.env, KUBECONFIG: kubeconfig() },
        home: homedir(),
        owner: currentOwner(),
        extraLabels: new Map([["outrigger.dev/test", "engine-contract"]]),
      }),
  });
});
