// The variables each old system set by itself, with real values. No tokens, no netrc: nothing here could honour them.

import type { DialectContext } from "../../dialect.ts";
import type { DialectRules } from "../rules.ts";
import type { Trigger } from "../trigger.ts";
import { type NamedValue, withoutEmpty } from "../variable-list.ts";
import { type BuildFacts, type BuildPlace, toCommit } from "./build-facts.ts";
import { ciVariables } from "./ci-variables.ts";
import { drone03Variables } from "./drone-0-3-variables.ts";
import { drone04Variables } from "./drone-0-4-variables.ts";
import { drone1Variables } from "./drone-1-variables.ts";
import { droneVariables } from "./drone-variables.ts";
import { woodpeckerVariables } from "./woodpecker-variables.ts";

/** @source DR-265 to DR-273 */
export function systemVariables(
  rules: DialectRules,
  context: DialectContext,
  trigger: Trigger,
  place: BuildPlace,
): readonly NamedValue[] {
  const facts: BuildFacts = { context, trigger, commit: toCommit(context), place };
  switch (rules.id) {
    case "drone-0.3":
      return withoutEmpty(drone03Variables(facts));
    case "drone-0.4":
      return withoutEmpty(drone04Variables(facts));
    case "woodpecker":
      return withoutEmpty(woodpeckerVariables(facts));
    case "drone-1":
      return withoutEmpty([
        ["CI", "true"],
        ["DRONE", "true"],
        ...ciVariables(facts),
        ...droneVariables(facts),
        ...drone1Variables(facts),
      ]);
    default:
      return withoutEmpty([
        ["CI", "drone"],
        ["DRONE", "true"],
        ["DRONE_ARCH", context.run.platform],
        ...(rules.id === "drone-0.5" ? [] : ciVariables(facts)),
        ...droneVariables(facts),
      ]);
  }
}
