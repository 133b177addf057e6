import type { DockerApi } from "../api/docker-api.ts";

/** Asks the processes of a running container to end. It may fail, or be ignored: KILL comes after it. */
export type AskToStop = (api: DockerApi, container: string) => Promise<unknown>;

/** As `docker stop` does: the container's first process, with the signal its image names. */
export function askFirstProcess(signalName: string): AskToStop {
  return async (api, container) => await api.containers.kill(container, signalName);
}

/**
 * Every process: a shell that is the first one ignores TERM as long as it has no trap, and goes on waiting for its child.
 * Its children do end, and then so does the script. Needs a shell in the image, which a script has anyway.
 */
export const askEveryProcess: AskToStop = async (api, container) => {
  const argv = ["sh", "-c", "kill -TERM -1"];
  const withinMs = AbortSignal.timeout(5000);
  await Promise.allSettled([
    api.containers.kill(container, "SIGTERM"),
    api.exec.run({ container, argv, user: "0" }, () => undefined, withinMs),
  ]);
};
