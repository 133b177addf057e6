import type { Toleration } from "./pod.ts";

/**
 * `key=value` tolerates that value, `key` whatever it is, nothing at all every taint.
 *
 * @param effect empty: every effect.
 * @source K-59
 */
export function toToleration(taint: string, effect: string): Toleration {
  const at = taint.indexOf("=");
  const key = at < 0 ? taint : taint.slice(0, at);
  return {
    ...(key === "" ? {} : { key }),
    ...(at < 0 ? { operator: "Exists" } : { operator: "Equal", value: taint.slice(at + 1) }),
    ...(effect === "" ? {} : { effect }),
  };
}

/** `key[=value][:effect]`, as a variable of a job has it. @source K-48 */
export function parseToleration(text: string): Toleration {
  const at = text.indexOf(":");
  return at < 0 ? toToleration(text, "") : toToleration(text.slice(0, at), text.slice(at + 1));
}
