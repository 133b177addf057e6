/** What the person says about files that are included from elsewhere. */
export interface IncludeSettings {
  /** Where projects are found: a folder (absolute) or an address for git, by `group/name` or `host/group/name`. */
  readonly projects: ReadonlyMap<string, string>;
  /** Where GitLab's templates are found: a folder (absolute) or the beginning of an address. */
  readonly templates: string | undefined;
  /** Addresses on private networks may be asked. */
  readonly allowPrivate: boolean;
}
