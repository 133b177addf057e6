import type { ContainerPlan, StepPlan } from "../../model/job-plan.ts";
import type { EnvEntry } from "./pod.ts";

/**
 * Kubernetes replaces `$(NAME)` in values, commands and arguments, and takes `$$` for one `$`.
 *
 * @source K-43, K-116
 */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** What the API server takes as the name of a variable. */
export function isEnvName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name);
}

/** Secrets of a job, found again in the middle of a value. */
export type SecretTest = (value: string) => boolean;

export function secretTest(secrets: readonly string[]): SecretTest {
  const known = secrets.filter((secret) => secret !== "");
  return (value) => known.some((secret) => value.includes(secret));
}

/** A container's environment; `sealed` are the values that only the Secret object holds, by its keys. */
export interface ContainerEnv {
  readonly entries: readonly EnvEntry[];
  readonly sealed: Readonly<Record<string, string>>;
}

/** Secret values go into the job's Secret, so that who may look at pods does not read them. */
export function toEnv(plan: ContainerPlan, container: string, secretName: string, isSecret: SecretTest): ContainerEnv {
  const sealed: Record<string, string> = {};
  const entries = [...plan.env]
    .filter(([name]) => isEnvName(name))
    .map(([name, value]): EnvEntry => {
      if (!isSecret(value)) return { name, value: literal(value) };
      const key = `${container}.${Object.keys(sealed).length}`;
      sealed[key] = value;
      return { name, valueFrom: { secretKeyRef: { name: secretName, key } } };
    });
  return { entries, sealed };
}

/** What all steps of a container have in common and may be seen; the rest goes with each step's script. */
export function toSharedEnv(steps: readonly StepPlan[], isSecret: SecretTest): readonly EnvEntry[] {
  const [first, ...others] = steps;
  return [...(first?.env ?? [])].flatMap(([name, value]) => {
    const isShared = others.every((step) => step.env.get(name) === value);
    return isShared && isEnvName(name) && !isSecret(value) ? [{ name, value: literal(value) }] : [];
  });
}
