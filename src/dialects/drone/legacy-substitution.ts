// `$$NAME` and `$${NAME...}` of Drone 0.3 and 0.4.

import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { FileScope } from "../drone-family/build-job.ts";
import type { Substitution } from "../drone-family/compile-family.ts";
import { revealExpressions } from "../drone-family/hidden-expressions.ts";
import { mapScalars } from "../drone-family/map-scalars.ts";
import type { Cell } from "../drone-family/matrix.ts";

const EXPRESSION = /\$\$(?:\{([A-Za-z_]\w*)([^}\n]*)\}|([A-Za-z_]\w*))/g;

/** Replaces what is known; the rest stays as it is. @source DR-285 */
function expandLegacy(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(
    EXPRESSION,
    (whole, braced: string | undefined, operation: string = "", bare: string | undefined) => {
      const value = lookUp(braced ?? bare ?? "");
      const applied = apply(value, braced === undefined ? "" : operation);
      return applied ?? whole;
    },
  );
}

/** Drone 0.4's `:n` is the first n characters, not what follows them. */
function apply(value: string | undefined, operation: string): string | undefined {
  if (operation.startsWith("=")) return value === undefined || value === "" ? operation.slice(1) : value;
  if (value === undefined || operation === "") return value;
  const [, first, second] = /^:(\d+)(?::(\d+))?$/.exec(operation) ?? [];
  if (first !== undefined) {
    const start = Number(first);
    return second === undefined ? value.slice(0, start) : value.slice(start, start + Number(second));
  }
  if (operation.startsWith("##"))
    return value.startsWith(operation.slice(2)) ? value.slice(operation.length - 2) : value;
  if (operation.startsWith("%%")) {
    const suffix = operation.slice(2);
    return value.endsWith(suffix) ? value.slice(0, value.length - suffix.length) : value;
  }
  const [, old = "", replacement = ""] = /^\/([^/]+)\/(.*)$/s.exec(operation) ?? [];
  return old === "" ? undefined : value.replaceAll(old, () => replacement);
}

export const substituteLegacy: Substitution = (node: YamlNode, cell: Cell, file: FileScope) => {
  const known = legacyNames(cell, file);
  return mapScalars(node, (scalar) => {
    const text = revealExpressions(scalar.text);
    const expanded = expandLegacy(text, (name) => known.get(name));
    for (const [whole, braced, , bare] of expanded.matchAll(EXPRESSION)) {
      const name = braced ?? bare ?? "";
      if (known.has(name)) continue;
      file.findings.warn({
        code: "unknown-substitution",
        text: `"${whole}" stays as it is: "${name}" is neither a secret nor a name of the matrix`,
        at: scalar,
        hint: `give it in a file of NAME=VALUE lines: --secret-file PATH`,
      });
    }
    return expanded;
  });
};

function legacyNames(cell: Cell, { context, trigger }: FileScope): ReadonlyMap<string, string> {
  const sha = context.facts.commit?.sha ?? "";
  return new Map([
    ["COMMIT", sha],
    ["COMMIT_SHORT", sha.slice(0, 7)],
    ["BRANCH", trigger.branch],
    ["BUILD_NUMBER", String(context.run.pipelineId)],
    ["TAG", trigger.tag ?? ""],
    ...(context.secrets ?? []),
    ...cell,
    ...[...context.variables].map(([name, { value }]) => [name, value] as const),
  ]);
}
