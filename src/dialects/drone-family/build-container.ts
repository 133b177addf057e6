import { posix } from "node:path";
import type { ContainerSpec, HostAccess, ImageSpec } from "../../model/container.ts";
import type { Variables } from "../../model/variables.ts";
import { presentField, readBoolean, readText } from "./accept.ts";
import { readImage, readRegistryAuth } from "./image-keys.ts";
import { readIsolation } from "./isolation-keys.ts";
import { readLimits } from "./limit-keys.ts";
import { readMounts } from "./mount-keys.ts";
import { type NetworkSettings, readNetworkSettings } from "./network-keys.ts";
import { findRegistryAuth } from "./pull-secrets.ts";
import { askHost, type Place } from "./scope.ts";
import { textOf, valueAt } from "./values.ts";

export interface BuiltContainer {
  readonly spec: Omit<ContainerSpec, "entrypoint" | "command" | "workingDir">;
  readonly network: NetworkSettings;
}

/** What services and steps share. @returns undefined when there is no image. */
export function buildContainer(place: Place, variables: Variables): BuiltContainer | undefined {
  const privileged = readPrivileged(place);
  const network = readNetworkSettings(place);
  const mounts = readMounts(place);
  const limits = { ...readLimits(place), ...readIsolation(place) };
  const ownAuth = readRegistryAuth(place);
  const user = readUser(place);
  const image = readImage(place);
  if (image === undefined) return undefined;
  const auth = ownAuth ?? findRegistryAuth(place.scope.registries, image.text);
  const hostAccess: readonly HostAccess[] = [...place.access];
  return {
    network,
    spec: {
      path: place.path,
      image: withUser(image, user),
      variables,
      privileged,
      ...mounts,
      extraHosts: network.extraHosts,
      dns: network.dns,
      dnsSearch: network.dnsSearch,
      hostAccess,
      ...limits,
      ...(network.networkMode === undefined ? {} : { networkMode: network.networkMode }),
      ...(network.networks.length === 0 ? {} : { networks: network.networks }),
      ...(user === undefined ? {} : { user }),
      ...(auth === undefined ? {} : { registryAuth: auth }),
    },
  };
}

function withUser(image: ImageSpec, user: string | undefined): ImageSpec {
  return user === undefined ? image : { ...image, user };
}

/** @source DR-57, DR-74 */
function readUser(place: Place): string | undefined {
  return readText(place, "user") ?? textOf(valueAt(presentField(place, "backend_options"), "docker", "user"));
}

/** A folder the file names, relative ones below the sources. */
export function readWorkingDir(place: Place): string | undefined {
  const folder = readText(place, "working_dir") ?? readText(place, "directory");
  return folder === undefined ? undefined : posix.resolve(place.scope.workspace.sourcePath, folder);
}

function readPrivileged(place: Place): boolean {
  const privileged = readBoolean(place, "privileged") === true;
  const node = presentField(place, "privileged");
  if (privileged && node !== undefined) {
    const asked = {
      capability: "security",
      field: "privileged",
      value: "privileged: true",
      isPrivilege: true,
    } as const;
    askHost(place, asked, node, `${place.path}.privileged`);
  }
  return privileged;
}
