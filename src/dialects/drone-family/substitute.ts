import { expandParameters } from "../../text/parameter-expansion.ts";
import type { YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import type { Finding, Findings } from "./findings.ts";
import { revealExpressions } from "./hidden-expressions.ts";
import { mapScalars } from "./map-scalars.ts";

export type LookUp = (name: string) => string | undefined;

/** Names the old systems set in builds of other kinds; on this one they are empty, which is no surprise. */
const SYSTEM_NAME = /^(?:DRONE|CI|PLUGIN)(?:_|$)/;

/** Brings back the expressions as the user wrote them, unreplaced. */
export function reveal(node: YamlNode): YamlNode {
  return mapScalars(node, (scalar) => revealExpressions(scalar.text));
}

/**
 * Replaces `${NAME}` and its forms in every value and key of a tree. A value cannot change the tree's shape.
 *
 * @source DR-286, DR-288
 */
export function substitute(node: YamlNode, lookUp: LookUp, findings: Findings): YamlNode {
  return mapScalars(node, (scalar) => {
    const text = revealExpressions(scalar.text);
    const expanded = expandParameters(text, lookUp);
    for (const name of new Set(expanded.unknown)) tellUnknown(name, scalar, findings);
    for (const problem of expanded.problems) {
      const isOpen = problem.kind === "open";
      const finding: Finding = {
        code: isOpen ? "open-substitution" : "bad-substitution",
        text: isOpen
          ? `"${problem.text}": the \${ is not closed, expected }`
          : `"${problem.text}" is no substitution that Drone knows (bad substitution); it stays as it is`,
        at: scalar,
        hint: "write $${...} for what the shell is to expand",
      };
      if (isOpen) findings.error(finding);
      else findings.warn(finding);
    }
    return expanded.text;
  });
}

function tellUnknown(name: string, at: YamlScalar, findings: Findings): void {
  if (SYSTEM_NAME.test(name)) return;
  findings.warn({
    code: "unknown-substitution",
    text: `\${${name}} is empty: not a pipeline variable; write $\${${name}} to let the shell expand it`,
    at,
    hint: `or give it a value: --variable ${name}=VALUE`,
  });
}
