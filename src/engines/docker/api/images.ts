import { toEnvironment, toNumber, toRecord, toTcpPorts, toText, toTextMap, toTexts, toTime } from "../../json.ts";
import { readJsonLines } from "../../json-lines.ts";
import { isGone } from "./refusal.ts";
import type { Transport } from "./transport.ts";

export interface ImageInfo {
  readonly id: string;
  readonly architecture: string | undefined;
  readonly operatingSystem: string | undefined;
  /** `name@sha256:...`, one for each registry it came from. */
  readonly repoDigests: readonly string[];
  readonly exposedTcpPorts: readonly number[];
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: ImageHealthTest | undefined;
  readonly createdAt: number | undefined;
}

export interface ImageHealthTest {
  /** As the image has it: first word `NONE`, `CMD` or `CMD-SHELL`. */
  readonly test: readonly string[];
  /** 0: not given. */
  readonly timeoutMs: number;
  /** Runs `CMD-SHELL`; empty: `/bin/sh -c`. */
  readonly shell: readonly string[];
}

/** One line of a pull. Bytes are those of one layer. */
export interface PullProgress {
  readonly layer: string;
  readonly status: string;
  readonly doneBytes: number | undefined;
  readonly totalBytes: number | undefined;
}

export interface PullRequest {
  /** With a tag or a digest. */
  readonly reference: string;
  readonly platform: string | undefined;
  readonly registryAuth: string | undefined;
}

export interface ImagesApi {
  /** Undefined when there is no such image here. */
  inspect(reference: string, signal?: AbortSignal): Promise<ImageInfo | undefined>;
  /**
   * Resolves once the image is there.
   *
   * @throws PullFailure with the engine's words, whether it refused at once or broke off in the middle.
   */
  pull(request: PullRequest, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
}

/** A pull that broke off; {@link DockerRefusal} is one that never began. */
export class PullFailure extends Error {
  override readonly name = "PullFailure";
}

export function imagesApi(transport: Transport): ImagesApi {
  return {
    async inspect(reference, signal) {
      try {
        return toImageInfo(
          await transport.send({ method: "GET", path: `/images/${escapePath(reference)}/json`, signal }),
        );
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
    async pull({ reference, platform, registryAuth }, onProgress, signal) {
      const query = platform === undefined ? { fromImage: reference } : { fromImage: reference, platform };
      const auth = registryAuth === undefined ? {} : { registryAuth };
      const { body } = await transport.open({ method: "POST", path: "/images/create", query, signal, ...auth });
      for await (const line of readJsonLines(body)) {
        const message = toRecord(line);
        const failure = toText(toRecord(message["errorDetail"])["message"]) ?? toText(message["error"]);
        if (failure !== undefined) throw new PullFailure(failure);
        const progress = toPullProgress(message);
        if (progress !== undefined) onProgress(progress);
      }
    },
  };
}

/** A reference keeps its slashes: engines match the rest of the path. */
function escapePath(reference: string): string {
  return reference.split("/").map(encodeURIComponent).join("/");
}

function toPullProgress(message: Readonly<Record<string, unknown>>): PullProgress | undefined {
  const layer = toText(message["id"]);
  const status = toText(message["status"]);
  if (layer === undefined || status === undefined) return undefined;
  const detail = toRecord(message["progressDetail"]);
  return { layer, status, doneBytes: toNumber(detail["current"]), totalBytes: toNumber(detail["total"]) };
}

function toImageInfo(value: unknown): ImageInfo {
  const info = toRecord(value);
  const config = toRecord(info["Config"]);
  const health = toRecord(config["Healthcheck"]);
  const test = toTexts(health["Test"]);
  return {
    id: toText(info["Id"]) ?? "",
    architecture: toText(info["Architecture"]),
    operatingSystem: toText(info["Os"]),
    repoDigests: toTexts(info["RepoDigests"]),
    exposedTcpPorts: toTcpPorts(config["ExposedPorts"]),
    env: toEnvironment(config["Env"]),
    labels: toTextMap(config["Labels"]),
    entrypoint: toTexts(config["Entrypoint"]),
    command: toTexts(config["Cmd"]),
    createdAt: toTime(info["Created"]),
    healthCheck:
      test.length === 0
        ? undefined
        : { test, timeoutMs: (toNumber(health["Timeout"]) ?? 0) / 1_000_000, shell: toTexts(config["Shell"]) },
  };
}
