import type { YamlNode, YamlScalar } from "../../../yaml/yaml-node.ts";
import { applyFunction, type InterpolationScope } from "./interpolation-functions.ts";

/** A value, what is wrong with the block, or `undefined` for a block that is somebody else's. */
export type BlockResult = { readonly value: YamlNode } | { readonly problem: string } | undefined;

const MAX_BYTES = 1024;
const MAX_FUNCTIONS = 3;

/**
 * What stands for `$[[ inputs.name | function ]]`.
 *
 * @param expression without the brackets and the spaces inside them.
 * @source GY-71 to GY-76
 */
export function resolveBlock(expression: string, at: YamlScalar, scope: InterpolationScope): BlockResult {
  if (Buffer.byteLength(expression) > MAX_BYTES) return { problem: "maximum interpolation expression size exceeded" };
  const [access = "", ...functions] = expression.split("|").map((part) => part.trim());
  // Put in when jobs are made of a matrix.
  if (access.startsWith("matrix.")) return undefined;
  if (functions.length > MAX_FUNCTIONS) return { problem: "too many functions in interpolation block" };
  const found = lookUp(access, scope);
  if ("problem" in found) return found;
  let { value } = found;
  for (const call of functions) {
    const result = applyFunction(call, value, at, scope);
    if ("problem" in result) return result;
    value = result.value;
  }
  return { value };
}

function lookUp(access: string, scope: InterpolationScope): Exclude<BlockResult, undefined> {
  const [root = "", ...keys] = access.split(".");
  const [key = ""] = keys;
  if (keys.length === 0 || [root, ...keys].some((part) => part === "")) {
    return { problem: "invalid interpolation access pattern" };
  }
  const values = root === "inputs" ? scope.inputs : root === "component" ? scope.component : undefined;
  const value = keys.length === 1 ? values?.get(key) : undefined;
  if (value !== undefined) return { value };
  return { problem: `unknown interpolation key: \`${values === undefined ? root : keys.join(".")}\`` };
}
