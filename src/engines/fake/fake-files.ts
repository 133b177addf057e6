import type { FakeFiles } from "./fake-world.ts";

/** Contents by absolute path. */
export type FakeTree = Map<string, Uint8Array>;

/** A container's file system: files only. The workspace is one set for the whole job. */
export class FakeFileSystem implements FakeFiles {
  readonly #own: FakeTree = new Map();
  readonly #shared: FakeTree;
  readonly #mountPath: string;

  constructor(shared: FakeTree, mountPath: string) {
    this.#shared = shared;
    this.#mountPath = mountPath;
  }

  has(path: string): boolean {
    return this.#treeOf(path).has(path);
  }

  write(path: string, text = ""): void {
    this.#treeOf(path).set(path, Buffer.from(text));
  }

  read(path: string): string | undefined {
    const content = this.#treeOf(path).get(path);
    return content === undefined ? undefined : Buffer.from(content).toString("utf8");
  }

  list(folder: string): readonly string[] {
    const prefix = `${folder}/`;
    const below = [...this.#treeOf(prefix).keys()].filter((path) => path.startsWith(prefix));
    return below.map((path) => path.slice(prefix.length)).sort();
  }

  #treeOf(path: string): FakeTree {
    return path.startsWith(`${this.#mountPath}/`) ? this.#shared : this.#own;
  }
}
