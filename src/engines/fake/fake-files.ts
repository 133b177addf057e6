import type { FakeFiles } from "./fake-world.ts";

/** A container's file system: paths only. The workspace is one set for the whole job. */
export class FakeFileSystem implements FakeFiles {
  readonly #own = new Set<string>();
  readonly #shared: Set<string>;
  readonly #mountPath: string;

  constructor(shared: Set<string>, mountPath: string) {
    this.#shared = shared;
    this.#mountPath = mountPath;
  }

  has(path: string): boolean {
    return this.#setOf(path).has(path);
  }

  write(path: string): void {
    this.#setOf(path).add(path);
  }

  list(folder: string): readonly string[] {
    const prefix = `${folder}/`;
    const below = [...this.#setOf(prefix)].filter((path) => path.startsWith(prefix));
    return below.map((path) => path.slice(prefix.length)).sort();
  }

  #setOf(path: string): Set<string> {
    return path.startsWith(`${this.#mountPath}/`) ? this.#shared : this.#own;
  }
}
