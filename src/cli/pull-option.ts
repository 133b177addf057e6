import type { PullPolicy } from "../model/container.ts";
import { UsageError } from "../model/outrigger-error.ts";

const POLICIES: readonly PullPolicy[] = ["always", "if-not-present", "never"];

/** @throws UsageError for a word that is no pull policy. */
export function parsePullPolicy(text: string | undefined): PullPolicy | undefined {
  if (text === undefined) return undefined;
  const policy = POLICIES.find((known) => known === text);
  if (policy === undefined)
    throw new UsageError(`--pull "${text}" is unknown`, { hint: `known are ${POLICIES.join(", ")}` });
  return policy;
}
