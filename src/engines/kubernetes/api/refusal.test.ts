import { describe, expect, test } from "vitest";
import { toRefusal } from "./refusal.ts";

function status(message: string): string {
  return JSON.stringify({ kind: "Status", status: "Failure", message });
}

describe("what an API server refuses", () => {
  test.each([
    [
      403,
      'pods is forbidden: User "system:serviceaccount:ci:runner" cannot create resource "pods/exec" in API group "" in the namespace "ci"',
      "forbidden",
      '"system:serviceaccount:ci:runner" may not create pods/exec in namespace "ci"',
    ],
    [
      403,
      'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5',
      "quota",
      "the namespace's quota is used up: ",
    ],
    [
      403,
      'pods "x" is forbidden: violates PodSecurity "restricted:latest"',
      "pod_refused",
      'violates PodSecurity "restricted:latest"',
    ],
    [400, 'admission webhook "policy.example" denied the request: no latest tags', "pod_refused", "no latest tags"],
    [404, 'namespaces "nope" not found', "namespace_missing", 'namespace "nope" does not exist'],
    [422, 'Secret "x" is invalid: data: Too long: must have at most 1048576 bytes', "too_large", "1048576"],
    [422, 'Pod "x" is invalid: spec.containers[1].name: Duplicate value: "build"', "invalid", "Duplicate value"],
    [500, "etcdserver: request timed out", "engine_error", "etcdserver"],
  ])("%i %s", (code, message, expected, text) => {
    const told = { code: expected, message: expect.stringContaining(text), hint: expect.stringMatching(/./) };
    expect(toRefusal(code, status(message))).toMatchObject(told);
  });

  test("credentials that are not accepted make the cluster unavailable", () => {
    expect(toRefusal(401, status("Unauthorized"))).toMatchObject({ code: "engine_unavailable" });
  });

  test("a proxy's page is told in part, an empty answer as such", () => {
    expect(toRefusal(502, "<html>bad gateway</html>").message).toContain("bad gateway");
    expect(toRefusal(502, "").message).toContain("no reason given");
  });
});
