/** What a cluster can do, as far as anybody has found out. One for all jobs of an engine. */
export class ClusterTraits {
  #hasSidecars: boolean;

  /** @param minor of version 1.x */
  constructor(version: { readonly major: number; readonly minor: number }) {
    this.#hasSidecars = version.major > 1 || version.minor >= 29;
  }

  /** Init containers may go on running beside the others; on by default since 1.29. @source K-111 */
  get hasSidecars(): boolean {
    return this.#hasSidecars;
  }

  /** The version said so, and the cluster does not. */
  hasNoSidecars(): void {
    this.#hasSidecars = false;
  }
}
