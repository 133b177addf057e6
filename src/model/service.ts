import type { SourceSpan } from "../text/source.ts";
import type { ContainerSpec } from "./container.ts";
import type { OwnReadiness } from "./readiness.ts";

export interface Service extends ContainerSpec {
  /** Names asked for, best first, before two services fight over one: GitLab's default names, then aliases. */
  readonly hostNames: readonly string[];
  /** How many of `hostNames`, counted from the front, were derived from the image rather than written by the user. */
  readonly derivedNameCount: number;
  /** The user's own among them as written, in order, repeats kept; absent in dialects that know no aliases. */
  readonly aliases?: readonly string[];
  /** Short word for logs and container names: the first alias the user wrote, else the image's base name. */
  readonly label: string;
  /** TCP on these ports (`HEALTHCHECK_TCP_PORT`). */
  readonly healthPorts?: readonly number[];
  /** From our own key in the file; it beats `healthPorts`. */
  readonly ownReadiness?: OwnReadiness;
  /** Declared in the file, informative (DR-108). */
  readonly ports?: readonly DeclaredPort[];
  /** The dialect's limit when neither the file nor the person gives one: 60 s in Drone and Woodpecker files. */
  readonly readinessTimeoutMs?: number;
  /**
   * What its death while steps run does to the job. Drone and Woodpecker files: `warn`, or what `failure` says. Absent:
   * as its death before it was ready, which stops the job in every dialect.
   */
  readonly whenDeadInUse?: "fail" | "warn" | "ignore";
  /** Labels of services of this job that have to be ready before this one starts. */
  readonly dependsOn?: readonly string[];
  /** A file that runs on the real system without privilege asks for it here by what the image is (`docker:*dind*`). */
  readonly wantsPrivileged: boolean;
  readonly at: SourceSpan;
}

export interface DeclaredPort {
  readonly port: number;
  readonly protocol: "tcp" | "udp" | "sctp";
}
