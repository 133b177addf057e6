/** What the bare pod's program is told, as JSON. */
export interface PodOrder {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Of the pods' names. */
  readonly namePrefix: string;
  readonly namespace: string;
  readonly image: string;
  /** Runs the script: `sh`, `bash`. */
  readonly shell: string;
  /** What the container `build` runs; it prints something, goes on running, and stays a minute longer. */
  readonly script: string;
  /** When nobody reads on: at the first line, or at one that says `end`. */
  readonly until: "first line" | "end";
}
