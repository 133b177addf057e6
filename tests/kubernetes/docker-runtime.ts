import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FrameSplitter } from "../../src/engines/docker/api/frames.ts";
import { DockerRefusal, isGone } from "../../src/engines/docker/api/refusal.ts";
import { connect, type Transport } from "../../src/engines/docker/api/transport.ts";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { toNumber, toRecord, toText, toTexts } from "../../src/engines/json.ts";
import { packTar, type TarEntry } from "../../src/system/tar.ts";
import type {
  ContainerRuntime,
  RuntimeContainer,
  RuntimeExec,
  RuntimeExit,
  RuntimeLogRequest,
  RuntimePod,
} from "./container-runtime.ts";
import { type ContainerView, type PodView, unescape } from "./pod-view.ts";

const LABELS = { "dev.outrigger.test": "kubernetes-fake" };
const PAUSE_IMAGE = "busybox:latest";
/** Where the pause container has every volume of its pod, to be filled. */
const VOLUMES = "/volumes";

/** Pods are containers of this machine's engine, in the network of one that only waits. */
export async function openDockerRuntime(endpoint: EngineEndpoint, apiVersion: string): Promise<ContainerRuntime> {
  const transport = await connect(endpoint, apiVersion);
  let pods = 0;
  return {
    async hasImage(image) {
      try {
        await transport.send({ method: "GET", path: `/images/${image}/json` });
        return true;
      } catch (error) {
        if (error instanceof DockerRefusal) return false;
        throw error;
      }
    },
    openPod: async (pod, files) => await DockerPod.open(transport, `kfake-${process.pid}-${++pods}`, pod, files),
  };
}

class DockerPod implements RuntimePod {
  readonly ip: string;
  readonly #transport: Transport;
  readonly #prefix: string;
  readonly #pause: string;
  readonly #pod: PodView;
  readonly #created: string[];
  #count = 0;

  private constructor(transport: Transport, prefix: string, pod: PodView, pause: string, ip: string) {
    this.#transport = transport;
    this.#prefix = prefix;
    this.#pod = pod;
    this.#pause = pause;
    this.#created = [pause];
    this.ip = ip;
  }

  static async open(
    transport: Transport,
    prefix: string,
    pod: PodView,
    files: ReadonlyMap<string, ReadonlyMap<string, string>>,
  ): Promise<DockerPod> {
    const names = pod.volumes.filter((volume) => volume["hostPath"] === undefined).map((volume) => nameOf(volume));
    const body = {
      Image: PAUSE_IMAGE,
      Entrypoint: ["sh", "-c", "trap 'exit 0' TERM; sleep 1d & wait"],
      Hostname: pod.name.slice(0, 63),
      Labels: LABELS,
      HostConfig: {
        Binds: names.map((name) => `${prefix}-${name}:${VOLUMES}/${name}`),
        ExtraHosts: pod.hostAliases.flatMap(({ ip, hostnames }) => hostnames.map((name) => `${name}:${ip}`)),
      },
    };
    const pause = await create(transport, `${prefix}-pause`, body);
    const content = names.flatMap((name) => toEntries(name, files.get(name) ?? new Map()));
    await transport.upload(
      { method: "PUT", path: `/containers/${pause}/archive`, query: { path: VOLUMES } },
      packTar(content),
    );
    await transport.send({ method: "POST", path: `/containers/${pause}/start` });
    const info = toRecord(await transport.send({ method: "GET", path: `/containers/${pause}/json` }));
    const ip = toText(toRecord(info["NetworkSettings"])["IPAddress"]) ?? "";
    return new DockerPod(transport, prefix, pod, pause, ip);
  }

  async start(container: ContainerView, env: ReadonlyMap<string, string>): Promise<RuntimeContainer> {
    const name = `${this.#prefix}-${container.name}-${++this.#count}`;
    const { security, command, args, workingDir } = container;
    const capabilities = toRecord(security["capabilities"]);
    const user = toNumber(security["runAsUser"]);
    const id = await create(this.#transport, name, {
      Image: container.image,
      ...(command === undefined ? {} : { Entrypoint: command.map(unescape) }),
      ...(args === undefined ? {} : { Cmd: args.map(unescape) }),
      ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
      ...(user === undefined ? {} : { User: String(user) }),
      Env: [...env].map(([key, value]) => `${key}=${value}`),
      OpenStdin: true,
      Labels: LABELS,
      HostConfig: {
        NetworkMode: `container:${this.#pause}`,
        IpcMode: "private",
        Privileged: security["privileged"] === true,
        CapAdd: toTexts(capabilities["add"]),
        CapDrop: toTexts(capabilities["drop"]),
        Memory: toBytes(container.memoryLimit),
        Binds: container.mounts.flatMap((mount) => this.#bind(mount)),
      },
    });
    this.#created.push(id);
    await this.#transport.send({ method: "POST", path: `/containers/${id}/start` });
    return new DockerContainer(this.#transport, id);
  }

  async close(): Promise<void> {
    const query = { force: true, v: true };
    for (const id of this.#created.toReversed()) {
      await ignoreGone(this.#transport.send({ method: "DELETE", path: `/containers/${id}`, query }));
    }
    for (const volume of this.#pod.volumes) {
      const path = `/volumes/${this.#prefix}-${nameOf(volume)}`;
      await ignoreGone(this.#transport.send({ method: "DELETE", path, query: { force: true } }));
    }
  }

  #bind({ name, mountPath, readOnly }: ContainerView["mounts"][number]): readonly string[] {
    const volume = this.#pod.volumes.find((candidate) => nameOf(candidate) === name);
    const source = toText(toRecord(volume?.["hostPath"])["path"]) ?? `${this.#prefix}-${name}`;
    return [`${source}:${mountPath}${readOnly ? ":ro" : ""}`];
  }
}

class DockerContainer implements RuntimeContainer {
  readonly ended: Promise<RuntimeExit>;
  readonly #transport: Transport;
  readonly #id: string;

  constructor(transport: Transport, id: string) {
    this.#transport = transport;
    this.#id = id;
    this.ended = this.#wait();
  }

  async log({ follow, timestamps, since, signal }: RuntimeLogRequest): Promise<AsyncIterable<Uint8Array>> {
    const query = { follow, timestamps, stdout: true, stderr: true, ...(since === undefined ? {} : { since }) };
    const path = `/containers/${this.#id}/logs`;
    const { body } = await this.#transport.open({ method: "GET", path, query, signal });
    return withoutFrames(body);
  }

  async exec({ argv, input, output, signal }: RuntimeExec): Promise<number> {
    const body = { Cmd: argv, AttachStdin: input !== undefined, AttachStdout: true, AttachStderr: true };
    const path = `/containers/${this.#id}/exec`;
    const id = toText(toRecord(await this.#transport.send({ method: "POST", path, body }))["Id"]) ?? "";
    const start = { method: "POST", path: `/exec/${id}/start`, body: { Detach: false, Tty: false } } as const;
    const socket: Duplex = await this.#transport.hijack(start);
    const close = (): void => void socket.destroy();
    signal.addEventListener("abort", close);
    socket.on("error", () => undefined);
    input?.pipe(socket);
    const splitter = new FrameSplitter();
    try {
      for await (const chunk of socket) {
        for (const { fd, bytes } of splitter.push(chunk)) await output(fd, bytes);
      }
      return await this.#exitOf(id);
    } finally {
      signal.removeEventListener("abort", close);
      socket.destroy();
    }
  }

  async stop(graceSeconds: number): Promise<void> {
    await ignoreGone(
      this.#transport.send({ method: "POST", path: `/containers/${this.#id}/stop`, query: { t: graceSeconds } }),
    );
    await this.ended;
  }

  async #exitOf(exec: string): Promise<number> {
    for (;;) {
      const info = toRecord(await this.#transport.send({ method: "GET", path: `/exec/${exec}/json` }));
      if (info["Running"] !== true) return toNumber(info["ExitCode"]) ?? 0;
      await delay(20);
    }
  }

  async #wait(): Promise<RuntimeExit> {
    try {
      await this.#transport.send({ method: "POST", path: `/containers/${this.#id}/wait` });
      const state = toRecord(
        toRecord(await this.#transport.send({ method: "GET", path: `/containers/${this.#id}/json` }))["State"],
      );
      return { exitCode: toNumber(state["ExitCode"]) ?? 0, oomKilled: state["OOMKilled"] === true };
    } catch {
      // Removed with its pod.
      return { exitCode: 137, oomKilled: false };
    }
  }
}

async function create(transport: Transport, name: string, body: object): Promise<string> {
  const answer = await transport.send({ method: "POST", path: "/containers/create", query: { name }, body });
  return toText(toRecord(answer)["Id"]) ?? name;
}

async function ignoreGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Folders that everybody may write to, as a kubelet makes them. */
function toEntries(volume: string, files: ReadonlyMap<string, string>): readonly TarEntry[] {
  return [
    { type: "directory", path: volume, mode: 0o777, modifiedAtMs: 0 },
    ...[...files].map(([name, text]): TarEntry => {
      const content = Buffer.from(text);
      const path = `${volume}/${name}`;
      return { type: "file", path, mode: 0o644, modifiedAtMs: 0, sizeBytes: content.length, content };
    }),
  ];
}

function nameOf(volume: Readonly<Record<string, unknown>>): string {
  return toText(volume["name"]) ?? "";
}

function toBytes(quantity: string | undefined): number {
  const match = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity ?? "");
  const factors: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
  return match === null ? 0 : Number(match[1]) * (factors[match[2] ?? ""] ?? 1);
}

async function* withoutFrames(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const splitter = new FrameSplitter();
  for await (const chunk of body) for (const { bytes } of splitter.push(chunk)) yield bytes;
}
