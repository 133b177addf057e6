/** `npm run check`: types, lint, format and the tests that need no engine. */
import { runVitest } from "./checks/run-vitest.ts";
import { runStaticChecks } from "./checks/static-checks.ts";

const failedChecks = await runStaticChecks();
const { failed } = await runVitest(["--project", "unit"], {});
process.exitCode = failedChecks + failed === 0 ? 0 : 1;
