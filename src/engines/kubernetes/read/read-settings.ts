import type { RunnerSection } from "../../../config/runner-section.ts";
import type { TomlSection } from "../../../config/toml/toml-section.ts";
import type { PullPolicy } from "../../../model/container.ts";
import { parseImageRef } from "../../../model/image-ref.ts";
import { parseDuration } from "../../../text/duration.ts";
import { compileRe2 } from "../../../text/re2.ts";
import { withoutUndefined } from "../../../text/without-undefined.ts";
import type { DnsConfig, DnsPolicy, HostAlias } from "../pod.ts";
import {
  type ClusterAccess,
  type ConfiguredService,
  DEFAULT_KUBERNETES_SETTINGS as DEFAULTS,
  type KubernetesSettings,
  type TimingSettings,
} from "../settings.ts";
import { readLifecycle } from "./read-lifecycle.ts";
import { readPodSpecPatches } from "./read-pod-spec.ts";
import { readResources } from "./read-resources.ts";
import { readScheduling } from "./read-scheduling.ts";
import { readSecurity } from "./read-security.ts";
import { readVolumes } from "./read-volumes.ts";

const PULL_POLICIES: readonly PullPolicy[] = ["always", "if-not-present", "never"];

const DNS_POLICIES: Readonly<Record<string, DnsPolicy>> = {
  none: "None",
  default: "Default",
  "cluster-first": "ClusterFirst",
  "cluster-first-with-host-net": "ClusterFirstWithHostNet",
};

/** Settings that GitLab Runner has, and the reason why nothing here needs them. */
const WITHOUT_EFFECT: readonly (readonly [string, string])[] = [
  ["helper_image_flavor", "no image of ours runs beside a job"],
  ["helper_image_autoset_arch_and_os", "no image of ours runs beside a job"],
  ["init_permissions_container_security_context", "there is no such container"],
  ["logs_base_dir", "logs stand in a volume of their own"],
  ["scripts_base_dir", "scripts stand in a volume of their own"],
  ["poll_interval", "pods are watched, nobody asks after them"],
  ["autoscaler", "no pods wait for jobs"],
  ["pod_disruption_budget", "none is made for a job"],
];

/** What an operator's file says, with every default filled in. Findings are added to the section's own. */
export function readKubernetesSettings({ engine, runner, folder }: RunnerSection): KubernetesSettings {
  const flags = runner.table("feature_flags");
  const settings: KubernetesSettings = {
    access: readAccess(engine),
    ...withoutUndefined({
      namespace: engine.filled("namespace"),
      namespaceOverwriteAllowed: readPattern(engine, "namespace_overwrite_allowed"),
      image: readImage(engine, "image"),
      helperImage: readImage(engine, "helper_image"),
      ...readPolicies(engine),
      serviceAccount: engine.filled("service_account"),
      serviceAccountOverwriteAllowed: readPattern(engine, "service_account_overwrite_allowed"),
      automountServiceAccountToken: engine.boolean("automount_service_account_token"),
      podLabelsOverwriteAllowed: readPattern(engine, "pod_labels_overwrite_allowed"),
      podAnnotationsOverwriteAllowed: readPattern(engine, "pod_annotations_overwrite_allowed"),
      dnsPolicy: readDnsPolicy(engine),
      dnsConfig: readDnsConfig(engine),
      hostUsers: engine.boolean("host_users"),
      lifecycle: readLifecycle(engine),
    }),
    namespacePerJob: engine.boolean("namespace_per_job") ?? DEFAULTS.namespacePerJob,
    serviceLayout: engine.choice("service_layout", ["auto", "pod", "pods"]) ?? DEFAULTS.serviceLayout,
    servicesRestart: engine.boolean("services_restart") ?? DEFAULTS.servicesRestart,
    services: readServices(engine),
    imagePullSecrets: engine.strings("image_pull_secrets") ?? [],
    useServiceAccountImagePullSecrets: engine.boolean("use_service_account_image_pull_secrets") ?? false,
    bearerTokenOverwriteAllowed: engine.boolean("bearer_token_overwrite_allowed") ?? false,
    resources: readResources(engine),
    security: readSecurity(engine),
    podLabels: engine.stringMap("pod_labels") ?? {},
    podAnnotations: engine.stringMap("pod_annotations") ?? {},
    ...readScheduling(engine, readPattern),
    volumes: readVolumes(engine),
    hostAliases: engine.tables("host_aliases").flatMap(readHostAlias),
    honorsEntrypoint: flags?.boolean("FF_KUBERNETES_HONOR_ENTRYPOINT") ?? DEFAULTS.honorsEntrypoint,
    activeDeadline: flags?.boolean("FF_USE_POD_ACTIVE_DEADLINE_SECONDS") ?? DEFAULTS.activeDeadline,
    podSpecPatches: readPodSpecPatches(engine, folder),
    timing: readTiming(engine),
    retryLimit: engine.count("retry_limit") ?? DEFAULTS.retryLimit,
    retryLimits: engine.countMap("retry_limits") ?? {},
    printPodWarningEvents: engine.boolean("print_pod_warning_events") ?? DEFAULTS.printPodWarningEvents,
  };
  for (const [key, why] of WITHOUT_EFFECT) engine.ignore(key, why);
  engine.finish();
  return settings;
}

function readAccess(engine: TomlSection): ClusterAccess {
  return withoutUndefined({
    context: engine.filled("context"),
    host: engine.filled("host"),
    bearerToken: engine.filled("bearer_token"),
    caFile: engine.filled("ca_file"),
    certFile: engine.filled("cert_file"),
    keyFile: engine.filled("key_file"),
  });
}

function readImage(engine: TomlSection, key: string): string | undefined {
  const text = engine.filled(key);
  if (text === undefined || parseImageRef(text) !== undefined) return text;
  engine.refuse(key, `"${text}" is not an image reference`, "expected [registry[:port]/]name[:tag][@sha256:digest]");
  return undefined;
}

function readPolicies(
  engine: TomlSection,
): Partial<Pick<KubernetesSettings, "pullPolicies" | "allowedPullPolicies" | "allowedImages" | "allowedServices">> {
  const policies = (key: string): readonly PullPolicy[] | undefined => {
    const words = engine.oneOrMore(key)?.filter((word) => word !== "");
    const known = words?.flatMap((word) => PULL_POLICIES.find((policy) => policy === word) ?? []);
    const odd = words?.find((word) => !PULL_POLICIES.some((policy) => policy === word));
    if (odd !== undefined) {
      engine.refuse(key, `"${odd}" is no pull policy`, `pull policies are ${PULL_POLICIES.join(", ")}`);
    }
    return known === undefined || known.length === 0 ? undefined : known;
  };
  return withoutUndefined({
    pullPolicies: policies("pull_policy"),
    allowedPullPolicies: policies("allowed_pull_policies"),
    allowedImages: engine.strings("allowed_images"),
    allowedServices: engine.strings("allowed_services"),
  });
}

/** A regular expression of the operator's; an empty one switches the overwrite off (K-48). */
export function readPattern(section: TomlSection, key: string): string | undefined {
  const text = section.filled(key);
  if (text === undefined) return undefined;
  if (compileRe2(text) !== undefined) return text;
  section.refuse(key, `"${text}" is not a regular expression`);
  return undefined;
}

/** An unknown word is a warning in GitLab Runner; here it is told before anything starts. @source K-59 */
function readDnsPolicy(engine: TomlSection): DnsPolicy | undefined {
  const word = engine.choice("dns_policy", Object.keys(DNS_POLICIES));
  return word === undefined ? undefined : DNS_POLICIES[word];
}

function readDnsConfig(engine: TomlSection): DnsConfig | undefined {
  const section = engine.table("dns_config");
  if (section === undefined) return undefined;
  const options = section
    .tables("options")
    .map((option) => withoutUndefined({ name: option.string("name") ?? "", value: option.string("value") }));
  const config = withoutUndefined({
    nameservers: section.strings("nameservers"),
    searches: section.strings("searches"),
    options: options.length === 0 ? undefined : options,
  });
  section.finish();
  return config;
}

function readHostAlias(section: TomlSection): readonly HostAlias[] {
  const ip = section.filled("ip");
  const hostnames = section.strings("hostnames") ?? [];
  if (ip === undefined) section.refuse("ip", "a host alias needs an address", 'for example ip = "192.0.2.7"');
  section.finish();
  return ip === undefined ? [] : [{ ip, hostnames }];
}

function readServices(engine: TomlSection): readonly ConfiguredService[] {
  return engine.tables("services").map((section) => {
    const environment = section.strings("environment");
    const service = withoutUndefined({
      name: section.string("name") ?? "",
      alias: section.filled("alias"),
      entrypoint: section.strings("entrypoint"),
      command: section.strings("command"),
      environment,
    });
    section.finish();
    return service;
  });
}

function readTiming(engine: TomlSection): TimingSettings {
  const { timing } = DEFAULTS;
  const text = engine.filled("cleanup_resources_timeout");
  const seconds = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && seconds === undefined) {
    engine.refuse("cleanup_resources_timeout", `"${text}" is not a duration`, 'for example "5m"');
  }
  const old = engine.count("terminationGracePeriodSeconds");
  const toMs = (value: number | undefined, fallback: number): number => (value === undefined ? fallback : value * 1000);
  return {
    pollTimeoutMs: toMs(engine.count("poll_timeout"), timing.pollTimeoutMs),
    cleanupResourcesTimeoutMs: toMs(seconds, timing.cleanupResourcesTimeoutMs),
    resourceAvailabilityMaxAttempts: engine.count("resource_availability_check_max_attempts") ?? 0,
    retryBackoffMaxMs: Math.max(500, engine.count("retry_backoff_max") ?? timing.retryBackoffMaxMs),
    ...withoutUndefined({
      podTerminationGraceSeconds: old ?? engine.count("pod_termination_grace_period_seconds"),
      cleanupGraceSeconds: old ?? engine.count("cleanup_grace_period_seconds"),
    }),
  };
}
