/** `npm run check`: types, lint, format and the tests that need no engine. */
import { runVitest } from "./checks/run-vitest.ts";
import { runStaticChecks } from "./checks/static-checks.ts";
import { ensureGit, runScript } from "./prepare-machine.ts";

await runScript(async () => {
  await ensureGit(console.log);
  const failedChecks = await runStaticChecks();
  const { failed } = await runVitest(["--project", "unit"], {});
  return failedChecks + failed === 0 ? 0 : 1;
});
