import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Container, textAt, valueAt } from "./containers.ts";
import type { EngineCalls } from "./engine-calls.ts";
import type { FloorJob, FloorService } from "./floor-order.ts";
import { waitUntilReady } from "./readiness.ts";

/** What the product gives a service to end by itself after a job. */
const graceMs = 1000;

export interface ImageIds {
  readonly of: (image: string) => Promise<string>;
}

export interface FinishedJob {
  readonly exitCode: number;
  /** Removes everything; the next job need not wait for it. */
  readonly close: () => Promise<void>;
}

/** The engine calls of one job in the product's order, as much at a time as there. */
export async function runJob(calls: EngineCalls, images: ImageIds, job: FloorJob, name: string): Promise<FinishedJob> {
  const labels = { "dev.outrigger.bench": name };
  const network = calls.send({ method: "POST", path: "/networks/create", body: networkBody(name, labels) });
  await Promise.all([
    calls.send({ method: "POST", path: "/volumes/create", body: { Name: name, Labels: labels } }),
    ...[job, ...job.services].map(({ image }) => images.of(image)),
  ]);
  const sandbox: Sandbox = { calls, images, job, name, labels, network };
  const { step, services } = await open(sandbox);
  await step.start(job.script);
  const exitCode = await step.exitCode();
  return { exitCode, close: () => close(sandbox, step, services) };
}

interface Sandbox {
  readonly calls: EngineCalls;
  readonly images: ImageIds;
  readonly job: FloorJob;
  readonly name: string;
  readonly labels: object;
  /** Containers are created while it is made, and started after. */
  readonly network: Promise<unknown>;
}

interface RunningService {
  readonly container: Container;
  readonly stopSignal: string;
}

interface Opened {
  readonly step: Container;
  readonly services: readonly RunningService[];
}

async function open(sandbox: Sandbox): Promise<Opened> {
  const { services, sourcesFirst } = sandbox.job;
  if (services.length === 0) return await openAlone(sandbox);
  return sourcesFirst ? await openBeforeServices(sandbox) : await openWithServices(sandbox);
}

/** Nothing can get in between: folders and sources go in together. */
async function openAlone(sandbox: Sandbox): Promise<Opened> {
  const { job } = sandbox;
  const [step, tar] = await Promise.all([createStep(sandbox), readFile(job.workspaceTar)]);
  await Promise.all([step.writeArchive(job.mountPath, tar), sandbox.network]);
  return { step, services: [] };
}

/** In Drone's order nothing has been written yet when the sources go in; the script's shell starts beside the services. */
async function openBeforeServices(sandbox: Sandbox): Promise<Opened> {
  const { step } = await openAlone(sandbox);
  const readiness: Promise<void>[] = [];
  const started = sandbox.job.services.map(async (service) => {
    return await startService(sandbox, service, await createService(sandbox, service), readiness);
  });
  const [services] = await Promise.all([Promise.all(started), step.startIdle()]);
  await Promise.all(readiness);
  return { step, services };
}

/** The folders before any service runs; the sources after they have started, and after a look at what they wrote. */
async function openWithServices(sandbox: Sandbox): Promise<Opened> {
  const { job } = sandbox;
  const [folders, sources] = await Promise.all([readFile(job.foldersTar), readFile(job.sourcesTar)]);
  let opening: Promise<void> | undefined;
  const openOnce = async (container: Container): Promise<Container> => {
    opening ??= container.writeArchive(job.mountPath, folders);
    await opening;
    return container;
  };
  const stepCreated = createStep(sandbox).then(openOnce);
  const readiness: Promise<void>[] = [];
  const started = job.services.map(async (service): Promise<RunningService> => {
    return await startService(sandbox, service, await createService(sandbox, service).then(openOnce), readiness);
  });
  const [step, services] = await Promise.all([stepCreated, Promise.all(started)]);
  // The folders' time, as long as nobody has put anything into them.
  if ((await step.modifiedAt(job.sourcePath)) !== 0) throw new Error("a service has written into the sources");
  await step.writeArchive(job.sourcePath, sources);
  await Promise.all([step.startIdle(), ...readiness]);
  return { step, services };
}

async function startService(
  sandbox: Sandbox,
  service: FloorService,
  container: Container,
  readiness: Promise<void>[],
): Promise<RunningService> {
  await sandbox.network;
  await container.start(undefined);
  const info = await container.inspect();
  const address = textAt(info, "NetworkSettings", "Networks", sandbox.name, "IPAddress");
  readiness.push(waitUntilReady(service, container, address));
  const stopSignal = valueAt(info, "Config", "StopSignal");
  return { container, stopSignal: typeof stopSignal === "string" ? stopSignal : "SIGTERM" };
}

async function createStep(sandbox: Sandbox): Promise<Container> {
  const { job, calls, name } = sandbox;
  const stdin = { AttachStdin: true, OpenStdin: true, StdinOnce: true };
  const body = {
    ...(await containerBody(sandbox, job, "build")),
    ...stdin,
    Cmd: job.command,
    Entrypoint: job.entrypoint,
  };
  return await Container.create(calls, `${name}-step`, { ...body, WorkingDir: job.sourcePath });
}

async function createService(sandbox: Sandbox, service: FloorService): Promise<Container> {
  const body = await containerBody(sandbox, service, service.alias);
  const command = service.command === undefined ? {} : { Cmd: service.command };
  return await Container.create(sandbox.calls, `${sandbox.name}-${service.alias}`, { ...body, ...command });
}

async function containerBody(
  { images, job, name, labels }: Sandbox,
  { image, env }: { readonly image: string; readonly env: readonly string[] },
  alias: string,
): Promise<object> {
  const mount = { Type: "volume", Source: name, Target: job.mountPath, VolumeOptions: { NoCopy: true } };
  return {
    Image: await images.of(image),
    Env: env,
    Labels: labels,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: { NetworkMode: name, Mounts: [mount], LogConfig: { Type: "none" } },
    NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: [alias] } } },
  };
}

function networkBody(name: string, labels: object): object {
  return { Name: name, CheckDuplicate: true, Driver: "bridge", Labels: labels };
}

async function close({ calls, name }: Sandbox, step: Container, services: readonly RunningService[]): Promise<void> {
  const stopped = services.map(async ({ container, stopSignal }) => await stop(container, stopSignal));
  // Who has ended is in no network any more.
  const networkRemoved = Promise.all(stopped).then(() => calls.send({ method: "DELETE", path: `/networks/${name}` }));
  await Promise.all([
    step.remove(),
    ...stopped.map(async (ended, n) => {
      await ended;
      await services[n]?.container.remove();
    }),
  ]);
  await Promise.all([networkRemoved, calls.send({ method: "DELETE", path: `/volumes/${name}` })]);
}

async function stop(container: Container, stopSignal: string): Promise<void> {
  if (container.hasEnded) return;
  await container.kill(stopSignal);
  const patience = new AbortController();
  const late = sleep(graceMs, "late", { signal: patience.signal }).catch(() => undefined);
  const first = await Promise.race([container.exitCode(), late]);
  patience.abort();
  if (first === "late") await container.kill("SIGKILL");
  await container.exitCode();
}
