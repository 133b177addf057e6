import { expect, test } from "vitest";
import { testService } from "../../tests/test-plans.ts";
import type { RunEventBody } from "../events/run-event.ts";
import { checkHostNames, type NameContext } from "./check-host-names.ts";

/** A network in which only these names are known. */
function contextWith(known: readonly string[], told: RunEventBody[]): NameContext {
  return {
    signal: new AbortController().signal,
    emit: (event) => void told.push(event),
    plan: {
      name: "test",
      services: [
        testService("db", "postgres", { hostNames: ["postgres", "db"] }),
        testService("gone", "redis", { hostNames: ["redis"] }),
      ],
    },
    sandbox: { resolveHost: async (name) => (known.includes(name) ? ["10.0.0.2"] : []) },
  };
}

test("a host name that does not resolve is said with its service; names of an ended service are not asked for", async () => {
  const told: RunEventBody[] = [];
  await checkHostNames(contextWith(["postgres"], told), new Set(["db"]));
  expect(told).toEqual([
    {
      type: "run.note",
      level: "warning",
      job: "test",
      text: 'host name "db" of service db does not resolve in the job\'s network',
    },
  ]);
});

test("nothing is said of names that resolve", async () => {
  const told: RunEventBody[] = [];
  await checkHostNames(contextWith(["postgres", "db", "redis"], told), new Set(["db", "gone"]));
  expect(told).toEqual([]);
});
