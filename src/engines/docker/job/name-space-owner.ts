import type { NameSpacePlan } from "../../../model/job-plan.ts";
import { EngineFailureError } from "../../../model/outrigger-error.ts";
import type { DockerApi } from "../api/docker-api.ts";
import type { ContainerRequest } from "../to-container.ts";
import { ManagedContainer } from "./managed-container.ts";

/** Loses nothing when it goes, so nobody asks it. */
const killAtOnce = async (api: DockerApi, container: string): Promise<unknown> =>
  await api.containers.kill(container, "SIGKILL");

/** The container that owns the name space of a job in shared mode, from its creation on. */
export class NameSpaceOwner {
  readonly container: ManagedContainer;
  /** Its address in the job's network, which is that of every container of the job. */
  readonly address: Promise<string | undefined>;

  private constructor(container: ManagedContainer, address: Promise<string | undefined>) {
    this.container = container;
    this.address = address;
    address.catch(() => undefined); // whoever starts a container awaits it and takes the failure
  }

  /** Creates it and starts it; resolves when others can be created in its name space, which they may join once it runs. */
  static async create(
    api: DockerApi,
    plan: NameSpacePlan,
    network: string,
    { name, body, platform }: ContainerRequest,
  ): Promise<NameSpaceOwner> {
    const id = await api.containers.create(name, body, platform);
    const container = new ManagedContainer(api, id, name, killAtOnce);
    return new NameSpaceOwner(container, start(api, container, plan, network));
  }
}

async function start(
  api: DockerApi,
  container: ManagedContainer,
  plan: NameSpacePlan,
  network: string,
): Promise<string | undefined> {
  const { result } = await container.start(undefined, () => undefined);
  if (!container.isRunning) throw noShell(plan, (await result).error);
  const info = await api.containers.inspect(container.id);
  if (!info.isRunning) throw noShell(plan, (await result).error);
  return info.addresses.get(network);
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
