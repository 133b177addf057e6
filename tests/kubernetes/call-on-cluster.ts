import { type CliOutput, callCli } from "../call-cli.ts";

/** The program on a cluster, with an environment of its own: nobody's kubeconfig counts. */
export async function callOnCluster(
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<CliOutput> {
  const unset = { isCi: false, subnetPool: undefined, dialFromHost: undefined, serviceLogLimit: undefined };
  return await callCli(folder, argv, { env, ...unset });
}
