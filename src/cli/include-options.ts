import { readIncludeSettings, toPlace } from "../config/read-include-settings.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { IncludeSettings } from "../system/includes/include-settings.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";

/** What the command line says about files that a pipeline file takes in. */
export interface IncludeChoices {
  readonly isOffline: boolean;
  readonly projects: ReadonlyMap<string, string>;
  readonly templates: string | undefined;
  readonly allowPrivate: boolean;
}

/** @throws UsageError */
export function toIncludeChoices(cwd: string, options: PipelineOptions): IncludeChoices {
  return {
    isOffline: options.offline === true,
    projects: new Map((options.includeProject ?? []).map((text) => parseProject(text, cwd))),
    templates: options.templates === undefined ? undefined : toPlace(options.templates, cwd),
    allowPrivate: options.allowPrivateIncludes === true,
  };
}

/** With what `config.yml` says; the command line wins. @throws UsageError for a bad file. */
export async function toIncludeSettings(configFolder: string, choices: IncludeChoices): Promise<IncludeSettings> {
  const settings = await readIncludeSettings(configFolder);
  return {
    projects: new Map([...settings.projects, ...choices.projects]),
    templates: choices.templates ?? settings.templates,
    allowPrivate: choices.allowPrivate || settings.allowPrivate,
  };
}

function parseProject(text: string, cwd: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1 || equals === text.length - 1) {
    throw new UsageError(`--include-project "${text}" is not NAME=PLACE`, {
      hint: "for example --include-project group/ci-files=../ci-files",
    });
  }
  return [text.slice(0, equals), toPlace(text.slice(equals + 1), cwd)];
}
