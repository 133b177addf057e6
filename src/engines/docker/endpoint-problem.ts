/** Why a place has no engine for us. `detail` completes the sentence for people; it is never parsed. */
export interface EndpointProblem {
  /**
   * `missing`: no socket there. `denied`: it is there and not ours to use. `refused`: nobody listens. `silent`: no answer
   * in time. `unreachable`: host not found or no route. `ssh`: an address we cannot dial. `invalid`: no address at all.
   */
  readonly kind:
    | "missing"
    | "denied"
    | "refused"
    | "silent"
    | "unreachable"
    | "tls"
    | "ssh"
    | "invalid"
    | "not_an_engine";
  readonly detail: string;
}
