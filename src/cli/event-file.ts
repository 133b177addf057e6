import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { LineListener } from "../events/event-log.ts";
import { formatEvent } from "../events/ndjson.ts";
import { writeLogLines } from "../events/write-log-lines.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { BufferedFile } from "../system/buffered-file.ts";
import type { CliContext } from "./cli-context.ts";

export interface EventFile extends LineListener {
  close(): Promise<void>;
}

/**
 * The file of `--json=FILE`, emptied; undefined when events go nowhere or to stdout.
 *
 * @throws UsageError when it cannot be written, before anything starts.
 */
export async function openEventFile(context: CliContext, path: string | undefined): Promise<EventFile | undefined> {
  if (path === undefined || path === "") return undefined;
  const full = resolve(context.cwd, path);
  await writeFile(full, "").catch((error: unknown) => {
    throw new UsageError(`cannot write --json="${path}"`, {
      hint: "name a file in a folder that you may write to",
      cause: error,
    });
  });
  const file = new BufferedFile(full, (error) => {
    context.stderr.write(
      `warning: ${path} is not complete: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  });
  return {
    onEvent: (event) => {
      file.append(formatEvent(event));
      return file.pressure();
    },
    onLines: (lines) => {
      writeLogLines(lines, file);
      return file.pressure();
    },
    close: () => file.close(),
  };
}
