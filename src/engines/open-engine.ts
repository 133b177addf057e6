import type { RunnerSection } from "../config/runner-section.ts";
import { EngineUnavailableError, UsageError } from "../model/outrigger-error.ts";
import type { Owner } from "../model/owner.ts";
import { type Clock, systemClock } from "../system/clock.ts";
import type { Engine } from "./engine.ts";

/** What an engine may know of the machine and the user; whoever opens one has it from the configuration. */
export interface EngineSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Written on every object, so that a later process can tell whose it is. */
  readonly owner: Owner;
  /** IPv4 range to cut the jobs' subnets from: `10.213.0.0/16`. Undefined: ranges that are rarely used. */
  readonly subnetPool?: string;
  /** False: never connect to services from this host, as if the engine were far away. True when left out. */
  readonly dialFromHost?: boolean;
  /** What the operator's file says about this engine. */
  readonly section?: RunnerSection;
  /** Further labels for every object; tests mark theirs. */
  readonly extraLabels?: ReadonlyMap<string, string>;
  /** Where runs left objects, beside the usual place: {@link EnginePlanner.placesOf}. */
  readonly places?: readonly string[];
  /** The system's when left out. */
  readonly clock?: Clock;
  /** 0 up to 1; `Math.random` when left out. */
  readonly random?: () => number;
}

/**
 * Opens an engine by its name. Its code is loaded only now, so that commands without an engine do not pay for it.
 *
 * @throws EngineUnavailableError when none answers; UsageError for a name that is no engine's, and settings it cannot use.
 */
export async function openEngine(name: string, settings: EngineSettings): Promise<Engine> {
  switch (name) {
    case "docker":
      return await openDocker(settings);
    case "kubernetes":
      return await openKubernetes(settings);
    case "fake": {
      const { FakeEngine } = await import("./fake/fake-engine.ts");
      return new FakeEngine({ clock: settings.clock ?? systemClock });
    }
    default:
      throw new UsageError(`"${name}" is no engine`, { hint: 'engines are "docker", "kubernetes" and "fake"' });
  }
}

async function openDocker(settings: EngineSettings): Promise<Engine> {
  const [{ findEndpoint }, { describeEndpointFailure }, { DockerEngine }, { subnetPools }] = await Promise.all([
    import("./docker/find-endpoint.ts"),
    import("./docker/endpoint-failure.ts"),
    import("./docker/docker-engine.ts"),
    import("./docker/network/subnet-pools.ts"),
  ]);
  const pools = subnetPools(settings.subnetPool);
  const found = await findEndpoint(settings.env, { home: settings.home, uid: process.getuid?.() });
  if (found.kind === "none") {
    const { message, hint } = describeEndpointFailure(found);
    throw new EngineUnavailableError(message, { hint });
  }
  return await DockerEngine.open({
    env: settings.env,
    home: settings.home,
    endpoint: found.endpoint,
    identity: found.identity,
    origin: found.origin,
    owner: settings.owner,
    extraLabels: settings.extraLabels ?? new Map(),
    subnetPools: pools,
    dialFromHost: settings.dialFromHost ?? true,
    clock: settings.clock ?? systemClock,
    random: settings.random ?? Math.random,
  });
}

async function openKubernetes(settings: EngineSettings): Promise<Engine> {
  const [{ KubernetesEngine }, { DEFAULT_KUBERNETES_SETTINGS }, { readKubernetesSettings }] = await Promise.all([
    import("./kubernetes/kubernetes-engine.ts"),
    import("./kubernetes/settings.ts"),
    import("./kubernetes/read/read-settings.ts"),
  ]);
  const { section } = settings;
  const clock = settings.clock ?? systemClock;
  return await KubernetesEngine.open({
    sources: { env: settings.env, home: settings.home, elapsed: clock.elapsed },
    settings: section === undefined ? DEFAULT_KUBERNETES_SETTINGS : readKubernetesSettings(section),
    owner: settings.owner,
    extraLabels: settings.extraLabels ?? new Map(),
    ...(settings.places === undefined ? {} : { places: settings.places }),
    clock,
  });
}
