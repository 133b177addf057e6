import type { EnvironmentTier } from "../../model/environment.ts";
import { sha256 } from "../../text/sha256.ts";

const MAX_LENGTH = 24;
const KEPT_LENGTH = 17;
const SUFFIX_LENGTH = 6;

/** `CI_ENVIRONMENT_SLUG`: fits a host name; a name that had to be changed gets a suffix of its own. @source GY-117 */
export function environmentSlug(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "-");
  const slug = (/^[a-z]/.test(plain) ? plain : `env-${plain}`).replaceAll(/-+/g, "-");
  if (slug.length <= MAX_LENGTH && slug === name) return slug;
  const digest = BigInt(`0x${sha256(name)}`).toString(36);
  return `${slug.slice(0, KEPT_LENGTH).replace(/-$/, "")}-${digest.slice(-SUFFIX_LENGTH)}`;
}

const TIERS: readonly (readonly [RegExp, EnvironmentTier])[] = [
  [/dev|review|trunk/i, "development"],
  [/test|tst|int|ac(?:ce)?pt|qa|qc|control|quality/i, "testing"],
  [/sta?g|mode?l|pre|demo|non/i, "staging"],
  [/pro?d|live/i, "production"],
];

/** What GitLab takes an environment for that does not say its tier. */
export function environmentTier(name: string): EnvironmentTier {
  return TIERS.find(([words]) => words.test(name))?.[1] ?? "other";
}
