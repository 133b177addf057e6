import { JOB_WORDS, type RunView, SERVICE_WORDS } from "../../events/run-view.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { imageOwner, plainStamp } from "./plain-lines.ts";

const SILENCE_MS = 15_000;

/** Says now and then that something still goes on, so that an outer CI system does not take a silent job for a dead one. */
export interface Heartbeats {
  /** Somebody heard of it: a line of its log was shown. */
  heard(name: string, nowMs: number): void;
  /** A line for everything that was silent for 15 seconds; at most one in 15 seconds for each. */
  due(view: RunView, nowMs: number): readonly string[];
}

interface Waiting {
  readonly name: string;
  readonly sinceMs: number;
  readonly words: (seconds: number) => string;
}

export function createHeartbeats(): Heartbeats {
  const heardAt = new Map<string, number>();
  return {
    heard(name, nowMs) {
      heardAt.set(name, nowMs);
    },
    due(view, nowMs) {
      const lines: string[] = [];
      for (const { name, sinceMs, words } of waitingThings(view)) {
        if (nowMs - Math.max(sinceMs, heardAt.get(name) ?? 0) < SILENCE_MS) continue;
        heardAt.set(name, nowMs);
        lines.push(`${plainStamp(nowMs)} ${dropControls(words(Math.round((nowMs - sinceMs) / 1000)))}`);
      }
      return lines;
    },
  };
}

function waitingThings(view: RunView): readonly Waiting[] {
  const things: Waiting[] = [];
  for (const { image, state, startedAt, doneBytes, totalBytes } of view.images.values()) {
    if (state !== "pulling" && state !== "retrying") continue;
    const amount = totalBytes > 0 ? ` ${Math.round(doneBytes / 1e6)}/${Math.round(totalBytes / 1e6)}MB` : "";
    const owner = imageOwner(view, image);
    things.push({
      name: image,
      sinceMs: startedAt,
      words: (seconds) => `${owner} ${state} ${image} ${seconds}s${amount}`,
    });
  }
  for (const job of view.jobs.values()) {
    for (const { id, state, startedAt, probe, answer } of job.services) {
      if ((state !== "starting" && state !== "started") || startedAt === undefined) continue;
      const proof = probe === undefined ? "" : ` probe="${probe}" last="${answer ?? ""}"`;
      const name = `${job.name}:${id}`;
      things.push({
        name,
        sinceMs: startedAt,
        words: (seconds) => `${name} ${SERVICE_WORDS.starting} ${seconds}s${proof}`,
      });
    }
    if (job.state !== "running" || job.scriptStartedAt === undefined) continue;
    const words = (seconds: number): string => `${job.name} ${JOB_WORDS.running} ${seconds}s`;
    things.push({ name: job.name, sinceMs: job.scriptStartedAt, words });
  }
  return things;
}
