/** `npm run test:soak [VITEST-OPTION...]`: the long suites in full. Prints the seed that gives the same order again. */
import { testImages } from "../tests/images/stand-ins.ts";
import { findLeftovers, listOurObjects } from "./checks/find-leftovers.ts";
import { runVitest } from "./checks/run-vitest.ts";
import { prepareMachine, runScript } from "./prepare-machine.ts";

/** Parts of them run in every `npm test`. */
const LONG_SUITES = [
  "first-query",
  "chaos",
  "many-jobs",
  "mutated-files",
  "e2e/gitlab-corpus",
  "e2e/drone-corpus",
  "engines/kubernetes.test",
  "kubernetes-fake",
  "kubernetes-scale",
];

await runScript(async () => {
  const seed = process.env["OUTRIGGER_SEED"] ?? String(Date.now() % 1_000_000);
  const { endpoint, dockerHost } = await prepareMachine(testImages, console.log);
  console.log(`seed: OUTRIGGER_SEED=${seed}`);
  const before = await listOurObjects(endpoint);
  const options = process.argv.slice(2);
  const env = { DOCKER_HOST: dockerHost, OUTRIGGER_SOAK: "1", OUTRIGGER_SEED: seed };
  const counts = await runVitest(options.length > 0 ? options : LONG_SUITES, env);
  const leftovers = await findLeftovers(endpoint, before);
  for (const leftover of leftovers) console.log(`left behind on the engine: ${leftover}`);
  const failed = counts.failed + (leftovers.length > 0 ? 1 : 0);
  console.log(`seed: OUTRIGGER_SEED=${seed}`);
  console.log(`${counts.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
