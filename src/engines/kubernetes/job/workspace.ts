import { posix } from "node:path";
import { PassThrough } from "node:stream";
import { EngineFailureError } from "../../../model/outrigger-error.ts";
import { drained } from "../../../system/drained.ts";
import { agentArgv, agentFolder } from "../agent/agent-argv.ts";
import type { ExecEnd } from "../api/exec.ts";
import { execInside } from "./exec-inside.ts";
import { insist } from "./passing.ts";
import type { PodRun } from "./pod-run.ts";
import { HELPER } from "./stage.ts";

/** An archive goes in pieces of a known length: the input of a command inside a container has no end (K-114). */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Of the first, which every job holds that waits for its pod. */
const FIRST_PIECE_BYTES = 512 * 1024;

/** What the agent ends with when a folder cannot be emptied. */
const NOT_EMPTIED = 3;

/** Where an archive goes, through the helper's container. */
export interface UnpackTarget {
  readonly folder: string;
  /** Of the spooled archive, unique in the pod. */
  readonly name: string;
  /** Whether what stands there is removed first. */
  readonly isEmptied: boolean;
}

/**
 * Unpacks a tar stream in a folder, writable for everybody. Nothing but one piece of it is held, and only a small one while
 * its pod is waited for.
 *
 * @param ready gives the pod as soon as the helper's container runs.
 * @throws what the archive throws, EngineFailureError when it cannot be unpacked.
 */
export async function unpack(
  ready: Promise<PodRun>,
  target: UnpackTarget,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const pieces = inPieces(archive);
  try {
    // Most sources are read before their pod is there.
    const [pod, first] = await Promise.all([ready, pieces.next()]);
    let before = 0;
    for (let next = first; next.done !== true; next = await pieces.next()) {
      await sendPiece(pod, target, { ...next.value, before }, signal);
      before += next.value.bytes.length;
    }
  } finally {
    await pieces.return(undefined);
  }
}

async function sendPiece(
  pod: PodRun,
  { folder, name, isEmptied }: UnpackTarget,
  { bytes, before, isLast }: Piece & { readonly before: number },
  signal: AbortSignal,
): Promise<void> {
  const when = `${before === 0 && isEmptied ? "first " : ""}${isLast ? "last" : "between"}`;
  const lengths = [String(bytes.length), String(before + bytes.length)];
  const argv = agentArgv("unpack", folder, ...lengths, `${agentFolder(HELPER)}/${name}.tar`, when);
  let said = "";
  // One that has begun unseen gets no byte of it, and so does nothing.
  const session = await insist(pod, signal, async () =>
    pod.exec({ container: HELPER, argv, stdin: true, signal }, (_, chunk) => {
      said = (said + Buffer.from(chunk).toString("utf8")).slice(0, 2000);
    }),
  );
  await session.send(bytes);
  const end = await session.ended;
  if (end.kind === "not_run" || end.exitCode !== 0) throw toFailure(folder, end, said.trim());
}

function toFailure(folder: string, end: ExecEnd, said: string): EngineFailureError {
  if (end.kind === "ended" && end.exitCode === NOT_EMPTIED) {
    const what = `"${folder}" could not be emptied before the sources go in: ${said}`;
    return new EngineFailureError("workspace_not_cleaned", what, {
      hint: "a service has put files there that the job's user cannot remove",
    });
  }
  const why = end.kind === "ended" ? said : end.detail;
  return new EngineFailureError("sources_not_unpacked", `the sources could not be unpacked in the pod: ${why}`, {
    hint: "the job's image needs tar; helper_image in the settings names another image for this",
  });
}

/** A path as a tar stream, read through the helper's container. @returns undefined when nothing is there. */
export async function readTree(
  pod: PodRun,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const look = await execInside(pod, HELPER, ["sh", "-c", '[ -e "$0" ] || [ -L "$0" ]', path], signal);
  if (look.kind === "ended" && look.exitCode === 0) return packInside(pod, path, signal);
  if (look.kind === "ended" && look.exitCode === 1) return undefined;
  throw unreadable(path, look.kind === "ended" ? look.stderr.trim() : look.detail);
}

async function* packInside(pod: PodRun, path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const pipe = new PassThrough();
  let said = "";
  const argv = ["tar", "-c", "-f", "-", "-C", posix.dirname(path), "--", posix.basename(path)];
  const session = await pod.exec({ container: HELPER, argv, signal }, async (fd, chunk) => {
    if (fd === 2) said = (said + Buffer.from(chunk).toString("utf8")).slice(0, 2000);
    else if (!pipe.destroyed && !pipe.write(Uint8Array.from(chunk))) await drained(pipe);
  });
  const ending = session.ended.then((end) => {
    if (end.kind === "not_run" || end.exitCode !== 0) throw unreadable(path, end.kind === "ended" ? said : end.detail);
    pipe.end();
  });
  ending.catch((error: unknown) => pipe.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    for await (const chunk of pipe) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } finally {
    pipe.destroy();
    session.close();
  }
}

function unreadable(path: string, why: string): EngineFailureError {
  return new EngineFailureError("workspace_not_read", `"${path}" could not be read in the pod: ${why.trim()}`, {
    hint: "the job's image needs tar; helper_image in the settings names another image for this",
  });
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

async function* inPieces(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Piece, void, undefined> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let limit = FIRST_PIECE_BYTES;
  for await (const chunk of archive) {
    if (size >= limit) {
      yield { bytes: Buffer.concat(chunks), isLast: false };
      [chunks, size, limit] = [[], 0, PIECE_BYTES];
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  yield { bytes: Buffer.concat(chunks), isLast: true };
}
