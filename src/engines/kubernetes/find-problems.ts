import type { ContainerPlan, JobPlan } from "../../model/job-plan.ts";
import type { Diagnostic, Severity } from "../../text/diagnostic.ts";
import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import { matchesGlob } from "../../text/glob.ts";
import type { SourceSpan } from "../../text/source.ts";
import { chooseLayout } from "./choose-layout.ts";
import { findForeignOptions } from "./find-foreign-options.ts";
import { judgeUser } from "./judge-user.ts";
import { findInvalidAlias, invalidAliasMessage } from "./names.ts";
import { overwriteSettings } from "./overwrite-settings.ts";
import type { KubernetesSettings } from "./settings.ts";
import { isEnvName, secretTest } from "./to-env.ts";

/** What the API server takes as one Secret, and as one object of any kind. */
const MAX_SECRET_BYTES = 1_048_576;

/** Everything that speaks against a job on this cluster and can be known before anything is created. */
export function findProblems(job: JobPlan, settings: KubernetesSettings): readonly Diagnostic[] {
  const containers: readonly ContainerPlan[] = [...job.services, ...job.steps];
  return [
    ...findAliasProblem(job),
    ...findOverwriteProblems(job, settings),
    ...findDisallowedImages(job, settings),
    ...job.services.flatMap((plan) => judgeUser(plan, "service", settings.security)),
    ...job.steps.flatMap((plan) => judgeUser(plan, "build", settings.security)),
    ...containers.flatMap(findForeignOptions),
    ...containers.flatMap(findOddVariables),
    ...findClash(job, settings),
    ...findTooLarge(job),
  ];
}

/** @source K-32, K-33 */
function findAliasProblem(job: JobPlan): readonly Diagnostic[] {
  const invalid = findInvalidAlias(job.services);
  if (invalid === undefined) return [];
  const at = job.services[invalid.index]?.at ?? job.at;
  const hint = `give it a name of a-z, 0-9 and "-", for example ${invalid.alias.toLowerCase().replace(/[^a-z0-9.-]/g, "-")}`;
  return [finding("error", "host-alias-not-dns", invalidAliasMessage(invalid), at, hint)];
}

/** @source K-47, K-48 */
function findOverwriteProblems(job: JobPlan, settings: KubernetesSettings): readonly Diagnostic[] {
  const { problems } = overwriteSettings(job, settings);
  const hint = "ask for less, or let the operator raise what is allowed";
  return problems.map(({ text, service }) => {
    const at = job.services.find((one) => one.id === service)?.at ?? job.at;
    return finding("error", "overwrite-not-allowed", text, at, hint);
  });
}

/** The operator's default and helper images are always allowed. @source K-44 */
function findDisallowedImages(job: JobPlan, settings: KubernetesSettings): readonly Diagnostic[] {
  const always = new Set([settings.image, settings.helperImage]);
  const judge = (
    plans: readonly ContainerPlan[],
    patterns: readonly string[] | undefined,
    kind: "images" | "services",
  ): readonly Diagnostic[] => {
    if (patterns === undefined || patterns.length === 0) return [];
    const isAllowed = (image: string): boolean =>
      always.has(image) || patterns.some((pattern) => matchesGlob(pattern, image, "doublestar"));
    return plans
      .filter((plan) => !isAllowed(plan.image.ref.text))
      .map((plan) => {
        const message = `disallowed image: The "${plan.image.ref.text}" image is not present on list of allowed ${kind}: ${patterns.join(", ")}`;
        return finding("error", "disallowed-image", message, plan.at, `the operator's list is allowed_${kind}`);
      });
  };
  return [
    ...judge(job.steps, settings.allowedImages, "images"),
    ...judge(job.services, settings.allowedServices, "services"),
  ];
}

/** Containers of scripts get such a variable with the script. */
function findOddVariables(plan: ContainerPlan): readonly Diagnostic[] {
  const odd = [...plan.env.keys()].filter((name) => !isEnvName(name));
  if (odd.length === 0) return [];
  const message = `"${plan.id}" does not get the variable "${odd.join('", "')}": no cluster takes such a name`;
  return [finding("warning", "variable-name", message, plan.at)];
}

/** @source K-35 */
function findClash(job: JobPlan, settings: KubernetesSettings): readonly Diagnostic[] {
  const { layout, why } = chooseLayout(job, settings);
  if (layout === "pods" || why === undefined) return [];
  const hint = 'let every service have a pod of its own: service_layout = "pods"';
  return [finding("warning", "port-clash", `${why}; in one pod they cannot`, job.at, hint)];
}

function findTooLarge(job: JobPlan): readonly Diagnostic[] {
  const isSecret = secretTest(job.secrets);
  const bytes = (plans: readonly ContainerPlan[], isWanted: (value: string) => boolean): number =>
    plans
      .flatMap((plan) => [...plan.env])
      .reduce((sum, [name, value]) => (isWanted(value) ? sum + name.length + Buffer.byteLength(value) : sum), 0);
  const sealed = bytes(job.services, isSecret);
  const open = bytes([...job.services, ...job.steps], (value) => !isSecret(value));
  return [
    ...(sealed > MAX_SECRET_BYTES ? [tooLarge(job, "secret variables of the services", sealed)] : []),
    ...(open > MAX_SECRET_BYTES ? [tooLarge(job, "variables", open)] : []),
  ];
}

function tooLarge(job: JobPlan, what: string, bytes: number): Diagnostic {
  const message = `the ${what} have ${bytes} bytes together, a cluster takes at most ${MAX_SECRET_BYTES}`;
  return finding(
    "error",
    "too-large-for-cluster",
    message,
    job.at,
    "keep large values in a file of the repository or in a volume",
  );
}

function finding(severity: Severity, code: DiagnosticCode, message: string, at: SourceSpan, hint?: string): Diagnostic {
  return { severity, code, message, at, ...(hint === undefined ? {} : { hint }) };
}
