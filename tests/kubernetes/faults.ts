/** A request as RBAC and faults see it. */
export interface ApiCall {
  /** `get`, `list`, `watch`, `create`, `patch`, `delete`. */
  readonly verb: string;
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export type Fault =
  | { readonly kind: "answer"; readonly status: number; readonly message: string; readonly retryAfterSeconds?: number }
  | { readonly kind: "delay"; readonly ms: number }
  /** The connection breaks before anything is done. */
  | { readonly kind: "hang up" }
  /** What was asked for is done, and the connection breaks before that is told. */
  | { readonly kind: "lose answer" }
  /** A stream breaks off after so many bytes of its own. */
  | { readonly kind: "cut"; readonly afterBytes: number };

interface Rule {
  readonly verb: string;
  readonly resource: string;
  readonly fault: Fault;
  left: number;
}

/** What goes wrong, and how often. */
export class Faults {
  #rules: Rule[] = [];

  /** @param verb `*`: any. */
  add(verb: string, resource: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#rules.push({ verb, resource, fault, left: times });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The first fault that fits; it is used up by that. */
  take(call: ApiCall): Fault | undefined {
    const fits = (own: string, asked: string): boolean => own === "*" || own === asked;
    const rule = this.#rules.find(
      ({ verb, resource, left }) => left > 0 && fits(verb, call.verb) && fits(resource, call.resource),
    );
    if (rule === undefined) return undefined;
    rule.left--;
    return rule.fault;
  }
}

/** In the words of a real API server. */
export function forbidden({ verb, resource, namespace }: ApiCall, user: string): Fault {
  const [kind = ""] = resource.split("/");
  const message = `${kind} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`;
  return { kind: "answer", status: 403, message };
}
