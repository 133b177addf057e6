import { compileRe2 } from "../../../text/re2.ts";
import type { YamlMapping, YamlNode } from "../../../yaml/yaml-node.ts";
import { booleanOf, isNull, stringOf } from "../config-values.ts";
import { evaluateExpression } from "../expression/evaluate-expression.ts";
import { parseExpression } from "../expression/parse-expression.ts";
import type { Report } from "../report.ts";
import { type InputSpec, isOfType } from "./input-spec.ts";
import { inputText, isSameValue } from "./input-types.ts";

export type InputValues = ReadonlyMap<string, YamlNode>;

/** Whose inputs they are, for messages. */
export interface InputReceiver {
  /** Stands in front of every message: `` `a.yml`: ``, or nothing. */
  readonly prefix: string;
  /** Where the values are given; a value that is missing is told here. */
  readonly givenAt: YamlNode | undefined;
  readonly variable: (name: string) => string | undefined;
}

/**
 * Every input's value, as it was given or by default.
 *
 * @returns undefined when one is missing or wrong, which has been told.
 * @source GY-67 to GY-70
 */
export function resolveInputs(
  specs: readonly InputSpec[],
  given: ReadonlyMap<string, YamlNode>,
  receiver: InputReceiver,
  report: Report,
): InputValues | undefined {
  const before = report.errorCount;
  refuseUnknown(specs, given, receiver, report);
  const resolver = new InputResolver(given, receiver, report);
  // Rules look at other inputs: those without come first.
  for (const spec of [...specs].sort((a, b) => a.rules.length - b.rules.length)) resolver.resolve(spec);
  return report.errorCount > before ? undefined : resolver.values;
}

export function valuesOfMapping(node: YamlMapping | undefined): ReadonlyMap<string, YamlNode> {
  return new Map([...(node?.entries ?? [])].map(([name, { value }]) => [name, value]));
}

function refuseUnknown(
  specs: readonly InputSpec[],
  given: ReadonlyMap<string, YamlNode>,
  { prefix }: InputReceiver,
  report: Report,
): void {
  const known = new Set(specs.map((spec) => spec.name));
  const unknown = [...given].filter(([name]) => !known.has(name));
  const [first] = unknown;
  if (first === undefined) return;
  const names = unknown.map(([name]) => name).join(", ");
  const hint = known.size === 0 ? "the file declares no inputs" : `it knows ${[...known].join(", ")}`;
  report.whole("error", {
    code: "unknown-input",
    text: `${prefix}unknown input arguments: ${names}`,
    at: first[1],
    hint,
  });
}

class InputResolver {
  readonly values = new Map<string, YamlNode>();
  readonly #given: ReadonlyMap<string, YamlNode>;
  readonly #receiver: InputReceiver;
  readonly #report: Report;

  constructor(given: ReadonlyMap<string, YamlNode>, receiver: InputReceiver, report: Report) {
    this.#given = given;
    this.#receiver = receiver;
    this.#report = report;
  }

  resolve(spec: InputSpec): void {
    const { options, fallback } = this.#applyRules(spec);
    const given = this.#given.get(spec.name);
    if (fallback !== undefined && !this.#check(spec, options, fallback, "default")) return;
    if (given !== undefined && !this.#check(spec, options, given, "provided")) return;
    const value = given ?? fallback;
    if (value !== undefined) this.values.set(spec.name, value);
    else this.#missing(spec);
  }

  #applyRules(spec: InputSpec): Pick<InputSpec, "options" | "fallback"> {
    if (spec.rules.length === 0) return spec;
    return spec.rules.find((rule) => this.#holds(rule.condition)) ?? { options: undefined, fallback: undefined };
  }

  #holds(condition: YamlNode | undefined): boolean {
    if (condition === undefined) return true;
    const expression = parseExpression(stringOf(condition) ?? "");
    if (expression.kind === "invalid") {
      const text = `${this.#receiver.prefix}header:spec:inputs:rules:rule if Invalid expression syntax`;
      this.#report.whole("error", { code: "invalid-expression", text, at: condition, hint: expression.hint });
      return false;
    }
    return evaluateExpression(expression, {
      variable: this.#receiver.variable,
      input: (name) => {
        const value = this.values.get(name);
        return value && !isNull(value) ? (booleanOf(value) ?? inputText(value)) : undefined;
      },
    });
  }

  #check(spec: InputSpec, options: InputSpec["options"], value: YamlNode, which: "default" | "provided"): boolean {
    const problem =
      findTypeProblem(spec, value, which) ??
      findOptionProblem(options, value, which) ??
      findPatternProblem(spec, value, which);
    if (problem === undefined) return true;
    const known = options === undefined ? undefined : `one of ${options.map(inputText).join(", ")}`;
    const text = `${this.#receiver.prefix}\`${spec.name}\` input: ${problem}`;
    this.#report.whole("error", { code: "invalid-input", text, at: value, hint: known });
    return false;
  }

  #missing(spec: InputSpec): void {
    const { prefix, givenAt } = this.#receiver;
    const text = `${prefix}\`${spec.name}\` input: required value has not been provided`;
    const hint =
      givenAt === undefined
        ? `give it: --input ${spec.name}=VALUE`
        : `add inputs: {${spec.name}: ...} to the include, or a default to the file`;
    this.#report.whole("error", { code: "missing-input", text, at: givenAt ?? spec.key, hint });
  }
}

function findTypeProblem(spec: InputSpec, value: YamlNode, which: string): string | undefined {
  return isOfType(value, spec.type) ? undefined : `${which} value is not ${article(spec.type)} ${spec.type}`;
}

function article(type: string): string {
  return type === "array" ? "an" : "a";
}

function findOptionProblem(options: InputSpec["options"], value: YamlNode, which: string): string | undefined {
  if (options === undefined || options.some((option) => isSameValue(option, value))) return undefined;
  return which === "default"
    ? "`default` value is not in the list of allowed options"
    : `\`${inputText(value)}\` cannot be used because it is not in the list of allowed options`;
}

function findPatternProblem({ regex }: InputSpec, value: YamlNode, which: string): string | undefined {
  if (regex === undefined || isNull(value)) return undefined;
  const pattern = stringOf(regex);
  const compiled = pattern === undefined ? undefined : compileRe2(pattern);
  if (compiled === undefined) return "invalid regular expression";
  return compiled.isFoundIn(inputText(value)) ? undefined : `${which} value does not match required RegEx pattern`;
}
