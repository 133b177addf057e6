import type { Environment } from "../../model/environment.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import type { Lifetime } from "./config-fields.ts";
import type { EnvironmentDeclaration } from "./declarations.ts";
import { environmentSlug, environmentTier } from "./environment-names.ts";
import type { NamedValue } from "./named-value.ts";

/**
 * @param expand replaces variables in the name; unknown ones become nothing (GY-107).
 */
export function resolveEnvironment(declared: EnvironmentDeclaration, expand: (text: string) => string): Environment {
  const name = expand(declared.name);
  const { url, onStop, autoStopIn } = declared;
  return {
    name,
    slug: environmentSlug(name),
    ...(url === undefined ? {} : { url }),
    action: declared.action,
    tier: declared.tier ?? environmentTier(name),
    ...(onStop === undefined ? {} : { onStop: onStop.text }),
    ...(autoStopIn === undefined ? {} : { stopsAfterMs: toMs(autoStopIn) }),
    at: spanOf(declared.at),
  };
}

/** @source GY-236 */
export function environmentVariables({ name, slug, action, tier }: Environment): readonly NamedValue[] {
  return [
    ["CI_ENVIRONMENT_NAME", name],
    ["CI_ENVIRONMENT_SLUG", slug],
    ["CI_ENVIRONMENT_ACTION", action],
    ["CI_ENVIRONMENT_TIER", tier],
  ];
}

export function toMs(lifetime: Lifetime): number | "never" {
  return lifetime === "never" ? lifetime : Math.round(lifetime * 1000);
}
