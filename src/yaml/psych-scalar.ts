// What a plain scalar means to Ruby's Psych, the YAML 1.1 reader that GitLab loads pipeline files with.

import type { YamlScalar } from "./yaml-node.ts";

export type PsychType = "string" | "integer" | "float" | "boolean" | "null" | "date";

export interface PsychValue {
  readonly type: PsychType;
  /** As Ruby's `to_s` prints it: `012` is `10`, `1.10` is `1.1`, `yes` is `true`, null is empty. */
  readonly text: string;
}

const NULL: PsychValue = { type: "null", text: "" };
const TRUE: PsychValue = { type: "boolean", text: "true" };
const FALSE: PsychValue = { type: "boolean", text: "false" };

const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const LARGE_E = 69;
const SMALL_E = 101;
/** `false` in letters. */
const LONGEST_WORD = 5;

const MAY_BE_SPECIAL = /^(?:[-+.~0-9]|[yYnNtToOfF][A-Za-z]{1,4}$|null$|Null$|NULL$|$)/;
const BOOLEAN_TRUE = /^(?:yes|true|on)$/i;
const BOOLEAN_FALSE = /^(?:no|false|off)$/i;
const DECIMAL = /^[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)_?$/;
const OCTAL = /^([-+]?)0o?([0-7_,]+)$/;
const HEX = /^([-+]?)0[xX]([0-9a-fA-F_,]+)$/;
const BINARY = /^([-+]?)0b([01_,]+)$/;
const SEXAGESIMAL = /^([-+]?)([0-9][0-9_]*(?::[0-5]?[0-9]){1,2})$/;
const SEXAGESIMAL_FLOAT = /^([-+]?)([0-9][0-9_]*(?::[0-5]?[0-9])+)\.([0-9_]*)$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9][0-9_,]*(?:\.[0-9]*)?[eE][-+]?[0-9]+$/;
const DATE = /^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/;
const TIME = /^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$/;

/** @source GY-4 */
export function psychValue(scalar: YamlScalar): PsychValue {
  if (scalar.tag !== undefined) return taggedValue(scalar);
  return isPlainlyText(scalar) ? { type: "string", text: scalar.text } : plainValue(scalar.text);
}

/** The text a value has once Ruby made a string of it. */
export function psychText(scalar: YamlScalar): string {
  return isPlainlyText(scalar) ? scalar.text : psychValue(scalar).text;
}

/** True for nearly all strings, at a glance: what it says no to has to be looked at closely. */
export function isPlainlyText({ text, plain, tag }: YamlScalar): boolean {
  return tag === undefined && (!plain || !mayBeSpecial(text));
}

export function isPsychNull(scalar: YamlScalar): boolean {
  return scalar.plain && scalar.text.length <= LONGEST_WORD && psychValue(scalar).type === "null";
}

/** Words are short, and everything else begins with a digit, behind a sign and a dot at most (`.e12345` is a number, too). */
function mayBeSpecial(text: string): boolean {
  if (text.length <= LONGEST_WORD) return MAY_BE_SPECIAL.test(text);
  let at = 0;
  if (text.charCodeAt(at) === PLUS || text.charCodeAt(at) === MINUS) at += 1;
  const hasDot = text.charCodeAt(at) === DOT;
  const code = text.charCodeAt(hasDot ? at + 1 : at);
  return (code >= ZERO && code <= NINE) || (hasDot && (code === SMALL_E || code === LARGE_E));
}

function taggedValue(scalar: YamlScalar): PsychValue {
  switch (scalar.tag) {
    case "tag:yaml.org,2002:int":
    case "tag:yaml.org,2002:float":
    case "tag:yaml.org,2002:bool":
    case "tag:yaml.org,2002:null":
      return plainValue(scalar.text);
    case "tag:yaml.org,2002:binary":
      return { type: "string", text: Buffer.from(scalar.text, "base64").toString("utf8") };
    default:
      return { type: "string", text: scalar.text };
  }
}

function plainValue(text: string): PsychValue {
  if (text === "" || text === "~" || text === "null" || text === "Null" || text === "NULL") return NULL;
  if (BOOLEAN_TRUE.test(text)) return TRUE;
  if (BOOLEAN_FALSE.test(text)) return FALSE;
  if (DATE.test(text) || TIME.test(text)) return { type: "date", text };
  return integerValue(text) ?? floatValue(text) ?? { type: "string", text };
}

function integerValue(text: string): PsychValue | undefined {
  const octal = OCTAL.exec(text);
  if (octal) return based(octal, "0o");
  const hex = HEX.exec(text);
  if (hex) return based(hex, "0x");
  const binary = BINARY.exec(text);
  if (binary) return based(binary, "0b");
  if (DECIMAL.test(text)) return { type: "integer", text: BigInt(withoutSeparators(text).replace("+", "")).toString() };
  const clock = SEXAGESIMAL.exec(text);
  if (clock) return { type: "integer", text: `${minus(clock[1])}${sexagesimal(clock[2] ?? "")}` };
  return undefined;
}

function floatValue(text: string): PsychValue | undefined {
  if (/^\.(?:inf|Inf|INF)$|^\+\.(?:inf|Inf|INF)$/.test(text)) return { type: "float", text: "Infinity" };
  if (/^-\.(?:inf|Inf|INF)$/.test(text)) return { type: "float", text: "-Infinity" };
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return { type: "float", text: "NaN" };
  const clock = SEXAGESIMAL_FLOAT.exec(text);
  if (clock) {
    const whole =
      Number(sexagesimal(clock[2] ?? "")) + Number(`0.${clock[3] === "" ? "0" : withoutSeparators(clock[3] ?? "0")}`);
    return { type: "float", text: `${minus(clock[1])}${rubyFloat(whole)}` };
  }
  if (!FLOAT.test(text) || !/[0-9]/.test(text)) return undefined;
  return { type: "float", text: rubyFloat(Number(withoutSeparators(text))) };
}

function based(match: RegExpExecArray, prefix: string): PsychValue | undefined {
  const digits = withoutSeparators(match[2] ?? "");
  return digits === ""
    ? undefined
    : { type: "integer", text: `${minus(match[1])}${BigInt(prefix + digits).toString()}` };
}

function sexagesimal(text: string): string {
  let total = 0n;
  for (const part of withoutSeparators(text).split(":")) total = total * 60n + BigInt(part);
  return total.toString();
}

/** Ruby keeps one decimal on whole floats and writes exponents as `1.0e+20`. */
function rubyFloat(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e16 || size < 1e-4)) {
    const [mantissa = "0", exponent = "+0"] = value.toExponential().split("e");
    const sign = exponent.startsWith("-") ? "-" : "+";
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}e${sign}${exponent.slice(1).padStart(2, "0")}`;
  }
  const text = String(value);
  return text.includes(".") || !Number.isFinite(value) ? text : `${text}.0`;
}

function withoutSeparators(text: string): string {
  return text.replaceAll(/[_,]/g, "");
}

function minus(sign: string | undefined): string {
  return sign === "-" ? "-" : "";
}
