/** `npm test [VITEST-OPTION...]`: static checks, every test on a real engine, and nothing left behind on it. */
import { testImages } from "../tests/images/stand-ins.ts";
import { findLeftovers, listOurObjects } from "./checks/find-leftovers.ts";
import { runVitest } from "./checks/run-vitest.ts";
import { runStaticChecks } from "./checks/static-checks.ts";
import { prepareMachine, runScript } from "./prepare-machine.ts";

await runScript(async () => {
  const failedChecks = await runStaticChecks();
  if (failedChecks > 0) return finish({ passed: 0, failed: failedChecks, skipped: 0 });
  const { endpoint, dockerHost } = await prepareMachine(testImages, console.log);
  const before = await listOurObjects(endpoint);
  const counts = await runVitest(process.argv.slice(2), { DOCKER_HOST: dockerHost });
  const leftovers = await findLeftovers(endpoint, before);
  for (const leftover of leftovers) console.log(`left behind on the engine: ${leftover}`);
  return finish({ ...counts, failed: counts.failed + (leftovers.length > 0 ? 1 : 0) });
});

/** The last line is for programs: it has this form and stands alone. */
function finish({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): number {
  if (skipped > 0) console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
