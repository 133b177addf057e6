import { type Command, Option } from "commander";
import { collect } from "./pipeline-options.ts";

export interface TrustOptions {
  readonly trusted?: string;
  readonly trustedPath?: readonly string[];
  readonly privilegedImage?: readonly string[];
  readonly trustCompat?: "strip";
}

/** What a file may ask of the host: options of every command that plans. */
export function addTrustOptions(command: Command): Command {
  return command
    .option("--trusted [capabilities]", "grant network, volumes, security, or all of them, to this file")
    .option("--trusted-path <path>", "grant one path of the host, with what is below (repeatable)", collect, [])
    .option("--privileged-image <image>", "let containers of this image be privileged (repeatable)", collect, [])
    .addOption(
      new Option("--trust-compat <mode>", "strip: take away what is not granted, in Drone 0.4 files").choices([
        "strip",
      ]),
    );
}
