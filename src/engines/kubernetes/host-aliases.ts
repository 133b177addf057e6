import type { JobPlan } from "../../model/job-plan.ts";
import { byBytes, isHostsName } from "./names.ts";
import type { HostAlias } from "./pod.ts";
import type { PodLayout } from "./pod-layout.ts";

const LOOPBACK = "127.0.0.1";

/** Where services are: in the pod itself, or each at an address of its own, by the service's id. */
export type ServiceAddresses = "loopback" | ReadonlyMap<string, string>;

/**
 * The pod's hosts file: services first, in the order of their containers' names, then the job's own names, then what the
 * file and the operator add; of equal names the first wins.
 *
 * @source K-30, K-31
 */
export function hostAliases(
  job: JobPlan,
  layout: PodLayout,
  addresses: ServiceAddresses,
  configured: readonly HostAlias[],
): readonly HostAlias[] {
  const services = serviceNames(layout, addresses, isHostsName);
  const own =
    services.length === 0 ? [] : namesOfSteps(layout, new Set(services.flatMap(({ hostnames }) => hostnames)));
  return [...services, ...own, ...extraHosts(job), ...configured];
}

/**
 * Lines for a hosts file with the names that the API server refuses (`my__app`, `My_DB`) and every engine else resolves:
 * whoever may write the file inside the pod adds them.
 *
 * @source K-31
 */
export function furtherHostLines(layout: PodLayout, addresses: ServiceAddresses): readonly string[] {
  const isRefused = (name: string): boolean => !isHostsName(name);
  return serviceNames(layout, addresses, isRefused).map(({ ip, hostnames }) => `${ip} ${hostnames.join(" ")}`);
}

/** What a service in a pod of its own knows: the services with an address so far, and the operator's hosts. */
export function aliasesOfServices(
  layout: PodLayout,
  addresses: ReadonlyMap<string, string>,
  configured: readonly HostAlias[],
): readonly HostAlias[] {
  return [...serviceNames(layout, addresses, isHostsName), ...configured];
}

/** Every name of every service, as lines of a hosts file. */
export function allHostLines(layout: PodLayout, addresses: ServiceAddresses): readonly string[] {
  return serviceNames(layout, addresses, () => true).map(({ ip, hostnames }) => `${ip} ${hostnames.join(" ")}`);
}

function serviceNames(
  layout: PodLayout,
  addresses: ServiceAddresses,
  isWanted: (name: string) => boolean,
): readonly HostAlias[] {
  const sorted = layout.services.toSorted((a, b) => byBytes(a.container, b.container));
  const namesAt = new Map<string, Set<string>>();
  for (const { plan } of sorted) {
    const ip = addresses === "loopback" ? LOOPBACK : addresses.get(plan.id);
    if (ip === undefined || plan.networkMode !== undefined) continue;
    const names = namesAt.get(ip) ?? new Set();
    for (const name of plan.hostNames.filter(isWanted)) names.add(name);
    namesAt.set(ip, names);
  }
  return [...namesAt].flatMap(([ip, names]) => (names.size === 0 ? [] : [{ ip, hostnames: [...names] }]));
}

/** A service reaches the job by `build`, as on every engine (GS-413). */
function namesOfSteps(layout: PodLayout, taken: ReadonlySet<string>): readonly HostAlias[] {
  const names = new Set(layout.steps.flatMap(({ plan }) => plan.hostNames));
  const hostnames = [...names].filter((name) => isHostsName(name) && !taken.has(name));
  return hostnames.length === 0 ? [] : [{ ip: LOOPBACK, hostnames }];
}

/** `name:address` of every container: in a pod there is one hosts file for all. */
function extraHosts(job: JobPlan): readonly HostAlias[] {
  const entries = [...job.services, ...job.steps].flatMap((plan) => plan.extraHosts);
  return [...new Set(entries)].flatMap((entry) => {
    const at = entry.indexOf(":");
    const [name, ip] = [entry.slice(0, at), entry.slice(at + 1)];
    return at > 0 && isHostsName(name) ? [{ ip, hostnames: [name] }] : [];
  });
}
