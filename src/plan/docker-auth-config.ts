import type { RegistryAuth } from "../model/container.ts";
import type { ContainerPlan } from "../model/job-plan.ts";
import type { Job } from "../model/pipeline.ts";
import { decodeAuth, findByRegistry } from "../model/registry-paths.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

/** The logins that a job's own variables hold. */
export interface JobLogins {
  /** By registry, or by a path below one. */
  readonly byRegistry: ReadonlyMap<string, RegistryAuth>;
  /** To be hidden in logs. */
  readonly secrets: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const NONE: JobLogins = { byRegistry: new Map(), secrets: [], diagnostics: [] };

/**
 * `DOCKER_AUTH_CONFIG` of a GitLab job: the `auths` of a Docker configuration. Helpers that it names are not run, for the
 * file would choose programs of this machine.
 *
 * @source GS-630, GS-633
 */
export function readJobLogins(job: Job): JobLogins {
  const variable = job.variables.get("DOCKER_AUTH_CONFIG");
  const text = variable?.fileContent ?? variable?.value;
  if (text === undefined || text === "") return NONE;
  const auths = readAuths(text);
  if (auths === undefined) return { ...NONE, diagnostics: [unreadable(job)] };
  const byRegistry = new Map<string, RegistryAuth>();
  const secrets: string[] = [];
  for (const [registry, entry] of Object.entries(auths)) {
    const login = readLogin(entry);
    if (login === undefined) continue;
    byRegistry.set(registry, login.auth);
    secrets.push(...login.secrets);
  }
  return { byRegistry, secrets, diagnostics: [] };
}

/** A login that stands in the file for the image itself wins. */
export function withLogin<T extends ContainerPlan>(plan: T, { byRegistry }: JobLogins): T {
  if (byRegistry.size === 0) return plan;
  const auth = plan.image.auth ?? findByRegistry(byRegistry, plan.image.ref);
  return auth === undefined ? plan : { ...plan, image: { ...plan.image, auth } };
}

function readAuths(text: string): object | undefined {
  try {
    const config: unknown = JSON.parse(text);
    if (!isObject(config)) return undefined;
    if (!("auths" in config)) return {};
    return isObject(config.auths) ? config.auths : undefined;
  } catch {
    return undefined;
  }
}

interface Login {
  readonly auth: RegistryAuth;
  readonly secrets: readonly string[];
}

/** A token stands beside an `auth` that holds no password, as `docker login` writes it. */
function readLogin(entry: unknown): Login | undefined {
  if (!isObject(entry)) return undefined;
  if ("identitytoken" in entry && typeof entry.identitytoken === "string" && entry.identitytoken !== "") {
    const { identitytoken } = entry;
    return { auth: { identitytoken }, secrets: [identitytoken] };
  }
  const encoded = "auth" in entry && typeof entry.auth === "string" ? entry.auth : "";
  const decoded = decodeAuth(encoded);
  const username = "username" in entry && typeof entry.username === "string" ? entry.username : decoded.username;
  const password = "password" in entry && typeof entry.password === "string" ? entry.password : decoded.password;
  if (username === "" || password === "") return undefined;
  return { auth: { username, password }, secrets: encoded === "" ? [password] : [password, encoded] };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nothing of the content: it is a secret as a whole. */
function unreadable({ at }: Job): Diagnostic {
  return {
    severity: "warning",
    code: "docker-auth-config",
    message:
      "Failed to resolve credentials from $DOCKER_AUTH_CONFIG: it is no Docker configuration. " +
      "Credentials from this source will not be used.",
    at,
    hint: 'expected {"auths": {"registry.example.com": {"auth": "<base64 of user:password>"}}}',
  };
}
