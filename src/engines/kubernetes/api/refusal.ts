import { EngineFailureError, EngineUnavailableError } from "../../../model/outrigger-error.ts";
import { toNumber, toRecord, toText } from "../../json.ts";

/** The API server's "no", for decisions inside `engines/kubernetes`; outside it is an {@link EngineFailureError}. */
export class KubernetesRefusal extends EngineFailureError {
  readonly status: number;
  /** The server's own words. */
  readonly detail: string;

  constructor(status: number, detail: string) {
    const { code, message, hint } = explain(status, detail);
    super(code, message, hint === undefined ? {} : { hint });
    this.status = status;
    this.detail = detail;
  }
}

/** What was asked for is not there, or was removed meanwhile. */
export function isGone(error: unknown): boolean {
  return error instanceof KubernetesRefusal && error.status === 404 && error.code !== "namespace_missing";
}

/** There is something of that name already; with names that are unique an earlier try got through (K-15). */
export function isTaken(error: unknown): boolean {
  return error instanceof KubernetesRefusal && error.status === 409 && error.code !== "quota";
}

/** A quota of the name space is used up: it is given back when other pods end. */
export function isOverQuota(error: unknown): boolean {
  return error instanceof KubernetesRefusal && error.code === "quota";
}

/** A name space that is new has no account for pods yet; the cluster makes one soon. */
export function isAccountMissing(error: unknown): boolean {
  return (
    error instanceof KubernetesRefusal &&
    /error looking up service account|No API token found for service account/.test(error.detail)
  );
}

/** Reads the answer that a refusal came with: a `Status` object, or whatever a proxy said. */
export function toRefusal(status: number, body: string): KubernetesRefusal | EngineUnavailableError {
  const detail = detailOf(body);
  if (status === 401) {
    return new EngineUnavailableError(`the cluster does not accept our credentials: ${detail}`, {
      hint: "they may have run out: log in to the cluster again, then try kubectl auth can-i create pods",
    });
  }
  return new KubernetesRefusal(status, detail);
}

/** Answers after which the same request may succeed (K-78). */
export function isPassing(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

function detailOf(body: string): string {
  try {
    const answer = toRecord(JSON.parse(body));
    return toText(answer["message"]) ?? toText(answer["reason"]) ?? String(toNumber(answer["code"]) ?? body);
  } catch {
    return body.trim().slice(0, 500) || "no reason given";
  }
}

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** RBAC's sentence: `pods is forbidden: User "ci" cannot create resource "pods/exec" in API group "" in the namespace "x"`. */
const FORBIDDEN =
  /User "([^"]*)" cannot (\w+) resource "([^"]+)"(?: in API group "[^"]*")?(?: in the namespace "([^"]+)")?/;

const SHOW_POD = "outrigger explain --engine kubernetes --format yaml shows what was asked for";

function explain(status: number, detail: string): Explanation {
  const rights = FORBIDDEN.exec(detail);
  if (rights !== null) {
    const [, user = "", verb = "", resource = "", namespace] = rights;
    const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
    return {
      code: "forbidden",
      message: `"${user}" may not ${verb} ${resource}${where}`,
      hint:
        resource === "namespaces"
          ? "namespace_per_job needs more rights: kubectl apply -k deploy/kubernetes/namespace-per-job"
          : "the Role in deploy/kubernetes allows all that is needed: kubectl apply -k deploy/kubernetes/base",
    };
  }
  if (/exceeded quota|insufficient quota/i.test(detail)) {
    return { code: "quota", message: `the namespace's quota is used up: ${detail}`, hint: "kubectl describe quota" };
  }
  const missing = /namespaces "([^"]+)" not found/.exec(detail);
  if (missing !== null) {
    return {
      code: "namespace_missing",
      message: `namespace "${missing[1] ?? ""}" does not exist`,
      hint: `kubectl create namespace ${missing[1] ?? ""}, or name another one`,
    };
  }
  if (status === 403 || /admission webhook .* denied/.test(detail)) {
    const hint = /PodSecurity/.test(detail)
      ? "build_, helper_ and service_container_security_context of the settings file can ask for what it demands"
      : `${SHOW_POD}; whoever wrote the cluster's policies knows what they want`;
    return { code: "pod_refused", message: `the cluster's admission refused: ${detail}`, hint };
  }
  if (status === 413 || /Too long: must have at most \d+/.test(detail)) {
    const hint = "keep large values in a file of the repository or in a volume";
    return { code: "too_large", message: `the cluster refused, as it is too large: ${detail}`, hint };
  }
  const code = status === 422 ? "invalid" : status === 404 ? "no_such_object" : "engine_error";
  return { code, message: `the cluster refused: ${detail}`, hint: SHOW_POD };
}
