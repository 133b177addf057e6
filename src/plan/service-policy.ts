import type { DialectId } from "../model/pipeline.ts";
import type { ServicePolicy } from "../model/readiness.ts";
import type { Service } from "../model/service.ts";
import { assertNever } from "../text/assert-never.ts";
import type { ServicesMode } from "./choices.ts";

/**
 * Files of all dialects warn about a slow service and stop at a dead one. One that ended its work with 0 is no error in
 * Drone's files: a fixture loaded by the client of an image that also serves did its part there, so it is only told.
 *
 * @source `design.md` 4.2
 */
export function toServicePolicy(mode: ServicesMode, dialect: DialectId): ServicePolicy {
  switch (mode) {
    case "dialect": {
      const whenFinished = dialect === "gitlab" ? "fail" : "warn";
      return { whenDead: "fail", whenFinished, whenNotReady: "warn", whenNothingToProbe: "note" };
    }
    case "strict":
      return { whenDead: "fail", whenFinished: "fail", whenNotReady: "fail", whenNothingToProbe: "note" };
    case "warn":
      return { whenDead: "warn", whenFinished: "warn", whenNotReady: "warn", whenNothingToProbe: "warn" };
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
