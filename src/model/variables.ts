export interface Variable {
  readonly value: string;
  /** Hidden in every log. */
  readonly masked: boolean;
  /** Services see it; false for tokens and secrets that were not handed to them (GS-311). */
  readonly isPublic: boolean;
  /** Where it came from, for `explain`: `job`, `global`, `predefined`, `command line`, `env file`. */
  readonly origin: string;
  /** `value` is the path of a file of the workspace, outside of the sources, that holds this (GY-93). */
  readonly fileContent?: string;
}

export type Variables = ReadonlyMap<string, Variable>;
