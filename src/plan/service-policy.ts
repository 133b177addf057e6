import type { Service } from "../model/pipeline.ts";
import type { ServicePolicy } from "../model/readiness.ts";
import { assertNever } from "../text/assert-never.ts";
import type { ServicesMode } from "./choices.ts";

/** @source `design.md` 4.2: files of all dialects warn about a slow service and stop at a dead one. */
export function toServicePolicy(mode: ServicesMode): ServicePolicy {
  switch (mode) {
    case "dialect":
      return { whenDead: "fail", whenNotReady: "warn", whenNothingToProbe: "note" };
    case "strict":
      return { whenDead: "fail", whenNotReady: "fail", whenNothingToProbe: "note" };
    case "warn":
      return { whenDead: "warn", whenNotReady: "warn", whenNothingToProbe: "warn" };
    default:
      return assertNever(mode);
  }
}

/**
 * What a death does after the steps may have used the service. Drone never looked (DR-230, DR-231), so its files go on with
 * a warning; a file that says `ignore` means it, under every mode.
 *
 * @source DR-235
 */
export function whenDeadInUse(service: Service, mode: ServicesMode): "fail" | "warn" | "ignore" {
  if (service.whenDeadInUse === "ignore") return "ignore";
  if (mode === "strict") return "fail";
  if (mode === "warn") return "warn";
  return service.whenDeadInUse ?? "fail";
}
