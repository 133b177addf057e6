import type { DialectId, NetworkMode } from "../../model/pipeline.ts";
import type { GlobStyle } from "../../text/glob.ts";

/** A thing that an untrusted repository may not ask for, as the tables of section 4 name it. */
export type GuardedField =
  | "privileged"
  | "shm_size"
  | "dns"
  | "dns_search"
  | "devices"
  | "extra_hosts"
  | "network_mode"
  | "ipc_mode"
  | "sysctls"
  | "networks"
  | "volumes"
  | "volumes_from"
  | "oom_kill_disable"
  | "tmpfs"
  | "cap_add"
  | "pid"
  | "userns_mode"
  | "security_opt"
  | "group_add"
  | "cgroup_parent";

/** What tells one dialect of the family from another, as data. @source DR-36 to DR-77 */
export interface DialectRules {
  readonly id: DialectId;
  /** `Drone 0.8`. */
  readonly label: string;
  readonly network: NetworkMode;
  /** A container without an image takes its name for it (DR-149). */
  readonly imageFromKey: boolean;
  /** Keys that the old system knew (DR 1.9). Others that we know are used as well, with a warning. */
  readonly serviceKeys: ReadonlySet<string>;
  readonly stepKeys: ReadonlySet<string>;
  /** Keys that it took as a list only; a text works here (DR-57, DR-60). */
  readonly listKeys: ReadonlySet<string>;
  /** Sizes had to be numbers of bytes (DR-46). */
  readonly wantsBytes: boolean;
  /** What became of a step's unknown key: an argument of its plugin, or nothing. */
  readonly unknownStepKey: "plugin" | "dropped";
  readonly globs: GlobStyle;
  /** What it said when it refused; absent: it did not know the field, or did not refuse it (DR-163 to DR-176). */
  readonly refusals: Readonly<Partial<Record<GuardedField, string>>>;
  readonly missingImage: string;
  /** What it said of a file without steps, before our own words. */
  readonly missingSteps: string;
  /** Names of secrets: `Token` and `TOKEN` are one (DR-276). */
  readonly foldsSecretNames: boolean;
}

const insufficient = (rest: string): string => `Insufficient privileges to ${rest}`;
const untrusted = (rest: string): string => `linter: untrusted repositories cannot ${rest}`;
const trustLevel = (field: string): string => `Insufficient trust level to use \`${field}\``;

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const KEYS_04 = "image pull privileged environment entrypoint command extra_hosts volumes net auth_config";
const KEYS_05 =
  "name image build pull detach privileged environment labels entrypoint command commands extra_hosts volumes volumes_from " +
  "devices dns dns_search network_mode memswap_limit mem_limit shm_size cpu_quota cpu_shares cpuset oom_kill_disable " +
  "auth_config when";
const KEYS_08 =
  "name image pull detach privileged group entrypoint command commands environment labels sysctls devices tmpfs extra_hosts " +
  "cap_add cap_drop dns dns_search network_mode ipc_mode isolation cpuset networks volumes mem_limit memswap_limit " +
  "mem_swappiness shm_size cpu_quota cpu_shares ulimits auth_config secrets when";
const KEYS_1 =
  "command commands entrypoint depends_on dns dns_search extra_hosts detach privileged environment failure image name " +
  "network_mode pull settings shell user working_dir mem_limit memswap_limit shm_size devices volumes when";
const KEYS_WOODPECKER =
  "name image pull commands entrypoint directory settings environment depends_on when failure detach volumes ports dns " +
  "dns_search backend_options privileged devices extra_hosts network_mode tmpfs";

const REFUSALS_05 = {
  privileged: insufficient("use privileged mode"),
  shm_size: insufficient("override shm_size"),
  dns: insufficient("use custom dns"),
  dns_search: insufficient("use dns_search"),
  devices: insufficient("use devices"),
  extra_hosts: insufficient("use extra_hosts"),
  network_mode: insufficient("override the network"),
  oom_kill_disable: insufficient("disable oom_kill"),
  volumes: insufficient("use volumes"),
  volumes_from: insufficient("use volumes_from"),
} as const;

export const DRONE_03: DialectRules = {
  id: "drone-0.3",
  label: "Drone 0.3",
  network: "shared",
  imageFromKey: true,
  serviceKeys: set("image"),
  stepKeys: set("image commands"),
  listKeys: new Set(),
  wantsBytes: false,
  unknownStepKey: "dropped",
  globs: "path",
  refusals: {},
  missingImage: "Invalid or missing image",
  missingSteps: "",
  foldsSecretNames: false,
};

export const DRONE_04: DialectRules = {
  ...DRONE_03,
  id: "drone-0.4",
  label: "Drone 0.4",
  serviceKeys: set(KEYS_04),
  stepKeys: set(`${KEYS_04} commands when`),
  listKeys: set("commands extra_hosts volumes"),
  unknownStepKey: "plugin",
};

export const DRONE_05: DialectRules = {
  ...DRONE_04,
  id: "drone-0.5",
  label: "Drone 0.5",
  serviceKeys: set(KEYS_05),
  stepKeys: set(KEYS_05),
  listKeys: new Set(),
  wantsBytes: true,
  refusals: REFUSALS_05,
};

export const DRONE_08: DialectRules = {
  ...DRONE_05,
  id: "drone-0.8",
  label: "Drone 0.8",
  network: "bridge",
  imageFromKey: false,
  serviceKeys: set(KEYS_08),
  stepKeys: set(KEYS_08),
  listKeys: set("extra_hosts volumes devices tmpfs cap_add cap_drop"),
  wantsBytes: false,
  refusals: {
    privileged: REFUSALS_05.privileged,
    shm_size: REFUSALS_05.shm_size,
    dns: REFUSALS_05.dns,
    dns_search: REFUSALS_05.dns_search,
    devices: REFUSALS_05.devices,
    extra_hosts: REFUSALS_05.extra_hosts,
    network_mode: insufficient("use network_mode"),
    ipc_mode: insufficient("use ipc_mode"),
    sysctls: insufficient("use sysctls"),
    networks: insufficient("use networks"),
    volumes: REFUSALS_05.volumes,
    tmpfs: insufficient("use tmpfs"),
  },
  missingSteps: "Invalid or missing pipeline section: ",
  foldsSecretNames: true,
};

export const DRONE_1: DialectRules = {
  id: "drone-1",
  label: "Drone 1",
  network: "bridge",
  imageFromKey: false,
  serviceKeys: set(KEYS_1),
  stepKeys: set(KEYS_1),
  listKeys: set("command commands entrypoint depends_on dns dns_search extra_hosts devices volumes"),
  wantsBytes: false,
  unknownStepKey: "dropped",
  globs: "doublestar",
  refusals: {
    privileged: untrusted("enable privileged mode"),
    devices: untrusted("mount devices"),
    dns: untrusted("configure dns"),
    dns_search: untrusted("configure dns_search"),
    extra_hosts: untrusted("configure extra_hosts"),
    network_mode: untrusted("configure network_mode"),
    shm_size: untrusted("configure shm_size"),
    tmpfs: untrusted("mount in-memory volumes"),
    volumes: untrusted("mount host volumes"),
  },
  missingImage: "linter: invalid or missing image",
  missingSteps: "",
  foldsSecretNames: false,
};

export const WOODPECKER: DialectRules = {
  id: "woodpecker",
  label: "Woodpecker 3",
  network: "bridge",
  imageFromKey: false,
  serviceKeys: set(KEYS_WOODPECKER),
  stepKeys: set(KEYS_WOODPECKER),
  listKeys: set("volumes ports devices extra_hosts tmpfs"),
  wantsBytes: false,
  unknownStepKey: "dropped",
  globs: "doublestar",
  refusals: {
    privileged: `${trustLevel("privileged")} mode`,
    dns: `Insufficient trust level to use custom \`dns\``,
    dns_search: trustLevel("dns_search"),
    extra_hosts: trustLevel("extra_hosts"),
    network_mode: trustLevel("network_mode"),
    devices: trustLevel("devices"),
    volumes: trustLevel("volumes"),
    tmpfs: trustLevel("tmpfs"),
  },
  missingImage: "Invalid or missing image",
  missingSteps: "Invalid or missing `steps` section: ",
  foldsSecretNames: true,
};

/** Every key of a container that we act on, in whatever dialect it stands (DR 1.9, last column). */
export const OUR_KEYS: ReadonlySet<string> = new Set([
  ...set(`${KEYS_04} ${KEYS_05} ${KEYS_08} ${KEYS_1} ${KEYS_WOODPECKER}`),
  ...set("cpus healthcheck x-outrigger links ulimits pid userns_mode security_opt group_add cgroup_parent"),
]);
