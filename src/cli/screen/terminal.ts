import { applyEvent } from "../../events/apply-event.ts";
import type { LineListener } from "../../events/event-log.ts";
import type { LogLines, StateEvent } from "../../events/log-lines.ts";
import { createLogTails } from "../../events/log-tails.ts";
import { formatEvent } from "../../events/ndjson.ts";
import { emptyRunView } from "../../events/run-view.ts";
import { writeLogLines } from "../../events/write-log-lines.ts";
import { GrowingBytes } from "../../text/byte-room.ts";
import type { TextSink } from "../cli-context.ts";
import { createHeartbeats } from "./heartbeats.ts";
import { renderLiveBlock } from "./live-block.ts";
import { logSource, renderLogLine } from "./log-lines.ts";
import { createLook, type Look } from "./look.ts";
import { openPaper, type Paper } from "./paper.ts";
import { plainLines } from "./plain-lines.ts";
import { groupLabel, type ProgressLines, progressLines } from "./progress-lines.ts";
import type { ScreenMode } from "./screen-mode.ts";
import { renderCause, renderSummary } from "./summary.ts";

/** Lines of a job's log that are shown again under its failure. */
const TAIL_LINES = 15;
const REDRAW_MS = 100;
const DEFAULT_COLUMNS = 80;

export interface ScreenOptions {
  readonly mode: ScreenMode;
  readonly version: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Epoch milliseconds, of the same clock as the events' times. */
  readonly now: () => number;
  /** Calls `tick` again and again until the returned function is called; must not keep the process alive. */
  readonly every: (ms: number, tick: () => void) => () => void;
}

/** Shows one run while it happens. What jobs print goes to stdout, all the rest to stderr; events, if asked for, to stdout. */
export interface Screen extends LineListener {
  onEvent(event: StateEvent): void;
  onLines(lines: LogLines): void;
  /** Shows what is left and takes the live block away; call it always, also after a failure. Again, it does nothing. */
  close(): void;
}

export function openScreen(options: ScreenOptions): Screen {
  return new RunScreen(options);
}

class RunScreen implements Screen {
  readonly #options: ScreenOptions;
  readonly #paper: Paper;
  /** A paper of its own: lines for people between the events would cost a write for each of them. */
  readonly #eventPaper: Paper;
  readonly #tails = createLogTails(TAIL_LINES);
  readonly #heartbeats = createHeartbeats();
  readonly #stopTicking: () => void;
  #view = emptyRunView();
  #group: ProgressLines["group"];
  #hasShownLog = false;
  #isClosed = false;
  #columns: number | undefined;
  #knownLook = createLook({ colours: false, ascii: true, columns: DEFAULT_COLUMNS });

  constructor(options: ScreenOptions) {
    this.#options = options;
    const { stdout, stderr, mode } = options;
    this.#paper = openPaper({ stdout, stderr, canMoveCursor: mode.style === "tty" });
    this.#eventPaper = openPaper({ stdout, stderr, canMoveCursor: false });
    this.#stopTicking = options.every(REDRAW_MS, () => this.#tick());
  }

  onEvent(event: StateEvent): void {
    if (this.#isClosed) return;
    const { mode } = this.#options;
    if (mode.json) this.#eventPaper.print("stdout", formatEvent(event));
    this.#view = applyEvent(this.#view, event);
    // Only now the names are known that need colours.
    if (event.type === "run.started") this.#columns = undefined;
    if (mode.style === "quiet") this.#sayQuietly(event);
    else if (mode.style === "plain") this.#say(plainLines(event, this.#view, this.#look(), mode.verbose));
    else
      this.#sayInGroups(
        progressLines(event, this.#view, this.#look(), { verbose: mode.verbose, version: this.#options.version }),
      );
    if (event.type === "run.finished" && mode.style !== "quiet") this.#say(this.#summary());
    // Noisy events wait for the next redraw.
    if (event.type !== "image.progress" && event.type !== "service.waiting") this.#redraw();
  }

  onLines(lines: LogLines): void {
    if (this.#isClosed) return;
    const { mode } = this.#options;
    const { source, block } = lines;
    if (mode.json) this.#eventPaper.print("stdout", asJson(lines));
    this.#tails.add(source, block);
    if (mode.style === "quiet") return;
    if (source.type === "service.log" && this.#view.jobs.get(source.job)?.showServiceLogs !== true) return;
    const name = logSource(source, this.#view);
    const shown = block.texts().flatMap((text) => renderLogLine(text, name, this.#look(), mode.colours) ?? []);
    if (shown.length === 0) return;
    if (mode.style === "tty" && !this.#hasShownLog) this.#say([""]);
    this.#hasShownLog = true;
    this.#group = undefined;
    this.#heartbeats.heard(source.type === "job.log" ? source.job : name, Date.parse(lines.t));
    this.#paper.print(mode.json ? "stderr" : "stdout", `${shown.join("\n")}\n`);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTicking();
    this.#eventPaper.redraw([]);
    this.#paper.redraw([]);
  }

  #tick(): void {
    if (this.#options.mode.style === "plain") this.#say(this.#heartbeats.due(this.#view, this.#options.now()));
    this.#redraw();
  }

  #redraw(): void {
    this.#eventPaper.redraw([]);
    const isLive = this.#options.mode.style === "tty";
    this.#paper.redraw(isLive ? renderLiveBlock(this.#view, this.#look(), this.#options.now()) : []);
  }

  #say(lines: readonly string[]): void {
    if (lines.length > 0) this.#paper.print("stderr", lines.map((line) => `${line}\n`).join(""));
  }

  #sayInGroups({ group, lines }: ProgressLines): void {
    if (lines.length === 0) return;
    const [first = "", ...rest] = lines;
    this.#say([groupLabel(group, group !== this.#group) + first, ...rest]);
    // After a block of lines a label helps again.
    this.#group = lines.length > 1 ? undefined : group;
  }

  #sayQuietly(event: StateEvent): void {
    if (event.type !== "run.finished" || event.exitCode === 0) return;
    const cause = renderCause(this.#view, this.#look()).map((line) => line.replace("  ", ""));
    this.#say([...(cause.length === 0 ? [this.#view.state] : cause), `exit code: ${event.exitCode}`]);
  }

  #summary(): readonly string[] {
    return renderSummary(this.#view, this.#look(), (job) => this.#tails.of(job));
  }

  #look(): Look {
    const { mode, stderr } = this.#options;
    // A terminal that does not know its size says 0.
    const columns = stderr.columns || DEFAULT_COLUMNS;
    if (columns !== this.#columns) {
      this.#columns = columns;
      const names = [...this.#view.jobs.values()].flatMap(({ name, services }) => [
        name,
        ...services.map(({ id }) => `${name}:${id}`),
      ]);
      this.#knownLook = createLook({ colours: mode.colours, ascii: mode.ascii, columns, names });
    }
    return this.#knownLook;
  }
}

function asJson(lines: LogLines): string {
  const bytes = new GrowingBytes();
  writeLogLines(lines, bytes);
  return bytes.written().toString();
}
