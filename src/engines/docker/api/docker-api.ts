import type { EngineEndpoint } from "../endpoint.ts";
import { type ContainersApi, containersApi } from "./containers.ts";
import { type ExecApi, execApi } from "./exec.ts";
import { type ImagesApi, imagesApi } from "./images.ts";
import { type NetworksApi, networksApi } from "./networks.ts";
import { type SystemApi, systemApi } from "./system.ts";
import { connect } from "./transport.ts";
import { type VolumesApi, volumesApi } from "./volumes.ts";

/**
 * What we use of an engine's HTTP API, in our own types. Every call rejects as {@link Transport} says. Calls that create or
 * change something take no signal: an engine does not take back what was asked, and somebody must clean it up.
 */
export interface DockerApi {
  readonly endpoint: EngineEndpoint;
  readonly system: SystemApi;
  readonly images: ImagesApi;
  readonly containers: ContainersApi;
  readonly exec: ExecApi;
  readonly networks: NetworksApi;
  readonly volumes: VolumesApi;
}

/** @param newestVersion of the API that the engine speaks, as its ping said. */
export async function openDockerApi(endpoint: EngineEndpoint, newestVersion: string): Promise<DockerApi> {
  const transport = await connect(endpoint, newestVersion);
  return {
    endpoint,
    system: systemApi(transport),
    images: imagesApi(transport),
    containers: containersApi(transport),
    exec: execApi(transport),
    networks: networksApi(transport),
    volumes: volumesApi(transport),
  };
}
