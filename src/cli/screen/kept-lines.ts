import type { RunView } from "../../events/run-view.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { plural } from "../counts.ts";
import { formatBytes } from "./amounts.ts";

/** What the jobs left, and where it is. */
export function renderKept(view: RunView): readonly string[] {
  return [...view.jobs.values()].flatMap(({ name, artifacts }) => {
    if (artifacts === undefined) return [];
    const where = artifacts.folder === undefined ? "" : ` in ${dropControls(artifacts.folder)}`;
    return `  artifacts: ${dropControls(name)}: ${plural(artifacts.files, "file")}, ${formatBytes(artifacts.bytes)}${where}`;
  });
}
