import type { NameSpacePlan } from "../../../model/job-plan.ts";
import { EngineFailureError } from "../../../model/outrigger-error.ts";
import type { ContainerInfo } from "../api/containers.ts";
import type { DockerApi } from "../api/docker-api.ts";
import type { ContainerRequest } from "../to-container.ts";
import { ManagedContainer } from "./managed-container.ts";

/** Loses nothing when it goes, so nobody asks it. */
const killAtOnce = async (api: DockerApi, container: string): Promise<unknown> =>
  await api.containers.kill(container, "SIGKILL");

/** The container that owns the name space of a job in shared mode, from its creation on. */
export class NameSpaceOwner {
  readonly container: ManagedContainer;
  /** It as it runs; its address in the job's network is that of every container of the job. */
  readonly info: Promise<ContainerInfo>;

  private constructor(container: ManagedContainer, info: Promise<ContainerInfo>) {
    this.container = container;
    this.info = info;
    info.catch(() => undefined); // whoever starts a container awaits it and takes the failure
  }

  /** Creates it and starts it; resolves when others can be created in its name space, which they may join once it runs. */
  static async create(
    api: DockerApi,
    plan: NameSpacePlan,
    { name, body, platform }: ContainerRequest,
  ): Promise<NameSpaceOwner> {
    const id = await api.containers.create(name, body, platform);
    const container = new ManagedContainer(api, id, name, killAtOnce);
    return new NameSpaceOwner(container, start(api, container, plan));
  }
}

async function start(api: DockerApi, container: ManagedContainer, plan: NameSpacePlan): Promise<ContainerInfo> {
  const { result } = await container.start(undefined, () => undefined);
  if (!container.isRunning) throw noShell(plan, (await result).error);
  const info = await api.containers.inspect(container.id);
  if (!info.isRunning) throw noShell(plan, (await result).error);
  return info;
}

function noShell(plan: NameSpacePlan, detail: string | undefined): EngineFailureError {
  const { text } = plan.image.ref;
  const reason = detail === undefined ? "" : ` (${detail})`;
  return new EngineFailureError(
    "name_space_without_shell",
    `image "${text}" has no shell that could hold the network that all containers of the job share${reason}`,
    {
      hint: "let the job's first step with commands use an image with sh, or give each container its own: --network bridge",
    },
  );
}
