import type { Job } from "../model/pipeline.ts";

const USUAL = /^(?:\/builds\/|\/drone\/src(?:\/|$)|\/woodpecker\/src\/|\/var\/cache\/drone\/src\/)/;

/**
 * Where the sources have to be: the file chose the place itself, or one of its texts names it.
 *
 * @param texts commands and values of variables.
 * @returns undefined when the target's own place does.
 */
export function chosenWorkspace({ workspace }: Job, texts: readonly string[]): string | undefined {
  const { sourcePath } = workspace;
  const isNamed = texts.some((text) => text.includes(sourcePath));
  return isNamed || !USUAL.test(sourcePath) ? sourcePath : undefined;
}
