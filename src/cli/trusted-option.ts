import { UsageError } from "../model/outrigger-error.ts";
import { CAPABILITIES, type Capability } from "../model/trust.ts";

/**
 * What `--trusted[=network,volumes,security]` grants; `optional-values.ts` spells out the option without a value.
 *
 * @param text undefined: the option was not given.
 * @throws UsageError for a word that is none of them.
 */
export function parseTrusted(text: string | undefined): ReadonlySet<Capability> {
  if (text === undefined) return new Set();
  const words = text.split(",").map((word) => word.trim());
  return new Set(
    words.map((word) => {
      const capability = CAPABILITIES.find((known) => known === word);
      if (capability === undefined) {
        throw new UsageError(`--trusted "${word}" is unknown`, { hint: `known are ${CAPABILITIES.join(", ")}` });
      }
      return capability;
    }),
  );
}
