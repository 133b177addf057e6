import { describe, expect, test } from "vitest";
import { DockerRefusal, isGone, isUnstartable } from "./refusal.ts";

describe("what an engine's refusal means", () => {
  test.each([
    [403, "Pool overlaps with other one on this address space", "subnet_overlaps"],
    [500, "subnet 10.213.0.0/29 is already used on the host or by another config", "subnet_overlaps"],
    [500, "could not find an available, non-overlapping IPv4 address pool among the defaults", "no_subnet_left"],
    [500, "all predefined address pools have been fully subnetted", "no_subnet_left"],
    [500, "mkdir /var/lib/docker/overlay2/x: no space left on device", "disk_full"],
    [400, 'OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown', "command_not_found"],
    [400, 'exec: "/nope": stat /nope: no such file or directory: unknown', "command_not_found"],
    [400, 'OCI runtime create failed: exec: "/etc/passwd": permission denied: unknown', "command_not_executable"],
    [400, "OCI runtime create failed: exec /x: exec format error", "exec_format"],
    [
      500,
      'error gathering device information while adding custom device "/dev/nope": no such file or directory',
      "device_missing",
    ],
    [500, "runc create failed: unable to apply caps: operation not permitted", "not_permitted"],
    [404, "No such container: x", "no_such_object"],
    [409, "You cannot remove a running container", "conflict"],
    [500, "the moon is full", "engine_error"],
  ])("%i %s", (status, detail, code) => {
    expect(new DockerRefusal(status, detail).code).toBe(code);
  });

  test("a program that is missing in an image is the image's fault, whatever the status", () => {
    expect(isUnstartable(new DockerRefusal(404, 'exec: "x": executable file not found in $PATH'))).toBe(true);
    expect(isUnstartable(new DockerRefusal(404, "No such container: x"))).toBe(false);
  });

  test("only a 404 says that an object is gone", () => {
    expect(isGone(new DockerRefusal(404, "No such network"))).toBe(true);
    const podman = "container create: unable to find network with name or ID outrigger-1-job: network not found";
    expect(isGone(new DockerRefusal(500, podman))).toBe(true);
    expect(isGone(new DockerRefusal(409, "conflict"))).toBe(false);
  });
});
