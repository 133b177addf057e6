import { expect, test } from "vitest";
import { jobPlan, servicePlan, stepPlan } from "../contract/contract-job.ts";
import { furtherHostLines } from "./host-aliases.ts";
import { toPodLayout } from "./pod-layout.ts";

test("names that the API server refuses are lines for whoever may write the hosts file (K-31)", () => {
  const services = [
    servicePlan("app", "my/app:1", { hostNames: ["my__app", "my-app", "My_DB"] }),
    servicePlan("db", "db:1", { hostNames: ["db"] }),
  ];
  const layout = toPodLayout(jobPlan("r", "j", { services, steps: [stepPlan("a:1")] }), undefined);
  expect(furtherHostLines(layout, "loopback")).toEqual(["127.0.0.1 my__app My_DB"]);
  expect(furtherHostLines(layout, new Map([["app", "10.0.0.7"]]))).toEqual(["10.0.0.7 my__app My_DB"]);
});
