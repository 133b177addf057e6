import { OutriggerError } from "../model/outrigger-error.ts";

/** The user's settings turned out to be wrong only when a container showed its own: a port variable in an image, for one. */
export class ConfigurationError extends OutriggerError {
  override readonly code = "configuration";
}
