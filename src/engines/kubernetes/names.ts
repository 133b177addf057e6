import { sha256 } from "../../text/sha256.ts";

/** What names are made of; a {@link ServicePlan} is one. */
export interface NamedService {
  readonly id: string;
  /** As the user wrote them, in order; undefined where a dialect names its services, and then `id` is that name. */
  readonly aliases?: readonly string[];
  readonly image: { readonly ref: { readonly text: string } };
}

export interface InvalidAlias {
  /** Position of its service among those given. */
  readonly index: number;
  readonly alias: string;
  /** GitLab's sentence without what stands before and behind it. */
  readonly text: string;
}

/** Containers of the pod's own; no service may be called so. */
const RESERVED = ["build", "helper", "init-permissions"] as const;

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;
const LABEL_WORDS = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const LABEL = new RegExp(`^${LABEL_WORDS}$`);
const SUBDOMAIN_WORDS = `${LABEL_WORDS}(\\.${LABEL_WORDS})*`;
const SUBDOMAIN = new RegExp(`^${SUBDOMAIN_WORDS}$`);

const TOO_LONG = `must be no more than ${MAX_SUBDOMAIN} characters`;
const NOT_A_SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  `end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN_WORDS}')`;

/** What a container can be called: an RFC 1123 label. */
export function isContainerName(text: string): boolean {
  return text.length <= MAX_LABEL && LABEL.test(text);
}

/** What the API server takes as a name in a hosts file: an RFC 1123 subdomain. */
export function isHostsName(text: string): boolean {
  return text.length <= MAX_SUBDOMAIN && SUBDOMAIN.test(text);
}

/**
 * Names of the services' containers, in the order given: the first alias that no container before has looked at and that is
 * a label, else `svc-N` with a counter of its own.
 *
 * @source K-20 to K-25
 */
export function containerNames(services: readonly NamedService[]): readonly string[] {
  const seen = new Set<string>(RESERVED);
  let fallBacks = 0;
  return services.map((service) => {
    for (const alias of service.aliases ?? [service.id]) {
      if (seen.has(alias)) continue;
      seen.add(alias);
      if (isContainerName(alias)) return alias;
    }
    let name = `svc-${fallBacks++}`;
    while (seen.has(name)) name = `svc-${fallBacks++}`;
    seen.add(name);
    return name;
  });
}

/**
 * The alias because of which no pod can be made: every alias has to be a host name, used or not. Of several the one whose
 * container sorts first.
 *
 * @source K-32
 */
export function findInvalidAlias(services: readonly NamedService[]): InvalidAlias | undefined {
  const names = containerNames(services);
  const order = services.map((_, index) => index).toSorted((a, b) => byBytes(names[a] ?? "", names[b] ?? ""));
  for (const index of order) {
    const service = services[index];
    const alias = service?.aliases?.find((name) => !isHostsName(name));
    if (service === undefined || alias === undefined) continue;
    return { index, alias, text: invalidAliasText(alias, service.image.ref.text) };
  }
  return undefined;
}

function invalidAliasText(alias: string, image: string): string {
  const isTooLong = Buffer.byteLength(alias) > MAX_SUBDOMAIN;
  const reasons = [...(isTooLong ? [TOO_LONG] : []), ...(SUBDOMAIN.test(alias) ? [] : [NOT_A_SUBDOMAIN])];
  return `provided host alias ${alias} for service ${image} is invalid DNS. ${reasons.join(", ")}`;
}

/** What GitLab's users find with a search machine. @source K-33 */
export function invalidAliasMessage(invalid: InvalidAlias): string {
  return (
    `prepare environment: setting up build pod: ${invalid.text}. ` +
    "Check https://docs.gitlab.com/runner/shells/index.html#shell-profile-loading for more information"
  );
}

/** The order in which containers stand in a pod: `svc-10` before `svc-2`. @source K-10 */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Of the job's pod, and of every object that goes with it.
 *
 * @param random eight of `[a-z0-9]`: two tries of one job must not collide.
 * @source K-14
 */
export function podName(runId: string, jobId: string, random: string): string {
  const stem = `outrigger-${runId}-${jobId}`.toLowerCase().replace(/[^a-z0-9-]/g, "");
  return `${stem.slice(0, MAX_LABEL - random.length - 1).replace(/-+$/, "")}-${random}`;
}

/** Of a service's own pod: the job pod's name and the container's, with a hash where that is too long. */
export function servicePodName(jobPod: string, container: string): string {
  const name = `${jobPod}-${container}`;
  if (name.length <= MAX_LABEL) return name;
  const hash = sha256(name).slice(0, 8);
  return `${name.slice(0, MAX_LABEL - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

/** @source K-16 */
export function toLabelValue(text: string): string {
  const trim = (value: string): string => value.replace(/^[-_.]+|[-_.]+$/g, "");
  return trim(trim(text.replace(/[^A-Za-z0-9_.-]/g, "_")).slice(0, MAX_LABEL));
}
