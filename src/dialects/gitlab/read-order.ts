// The keywords that jobs and trigger jobs share: when, where and whether they run.

import type { YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import type { VariableDeclaration } from "./declarations.ts";
import { readEnvironment } from "./environment-keyword.ts";
import type { Conditions } from "./expression/conditions.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobReader } from "./job-reader.ts";
import { readNeeds } from "./needs-keyword.ts";
import { readRefPolicy } from "./only-keyword.ts";
import type { RefPolicy } from "./rule-declarations.ts";
import type { SharedReaders } from "./shared-readers.ts";
import { readConfirmation, readResourceGroup } from "./small-keywords.ts";
import { readStage, warnOldWord } from "./stages-keyword.ts";
import { readJobVariables } from "./variables-keyword.ts";
import { readAllowFailure } from "./when-keyword.ts";

/** What jobs are read against, beside the defaults. */
export interface OrderSurroundings {
  readonly globals: readonly VariableDeclaration[];
  readonly conditions: Conditions;
  readonly shared: SharedReaders;
}

const DEFAULT_STAGE = "test";

type Order = Pick<
  JobDeclaration,
  | "name"
  | "key"
  | "mapping"
  | "instance"
  | "stage"
  | "stageAt"
  | "globals"
  | "takesVariable"
  | "variables"
  | "needs"
  | "rules"
  | "only"
  | "except"
  | "allowFailure"
  | "manualConfirmation"
  | "resourceGroup"
  | "environment"
>;

export function readOrder(name: string, key: YamlScalar, job: JobReader, around: OrderSurroundings): Order {
  const { mapping, path, report, inherit } = job;
  const stage = findStage(job);
  const globals = around.globals.filter((variable) => inherit.takesVariable(variable.name));
  const readPolicy = (value: YamlNode, at: string): RefPolicy | undefined =>
    readRefPolicy(value, at, around.conditions, report);
  if (job.has("rules")) {
    const text = (names: string): string => `config key may not be used with \`rules\`: ${names}`;
    job.refuseKeywords(["only", "except", "start_in"], text, "say it in the rules");
  }
  return {
    name,
    key,
    mapping,
    instance: undefined,
    stage: (stage && readStage(stage, `${path}:stage`, report)) ?? DEFAULT_STAGE,
    stageAt: stage ?? key,
    // Thousands of jobs share the one list.
    globals: globals.length === around.globals.length ? around.globals : globals,
    takesVariable: inherit.takesVariable,
    variables: job.own("variables", readJobVariables) ?? [],
    needs: job.own("needs", readNeeds),
    rules: job.own("rules", around.shared.rules),
    only: job.own("only", readPolicy),
    except: job.own("except", readPolicy),
    allowFailure: readAllowFailure(mapping, path, report),
    manualConfirmation: job.own("manual_confirmation", readConfirmation),
    resourceGroup: job.own("resource_group", readResourceGroup),
    environment: job.own("environment", readEnvironment),
  };
}

/** @source GY-20, GY-24 */
function findStage(job: JobReader): YamlNode | undefined {
  const stage = job.own("stage", (value) => value);
  const old = job.mapping.entries.get("type");
  if (old === undefined) return stage;
  warnOldWord("type", "stage", `${job.path}:type`, old.key, job.report);
  return stage ?? old.value;
}
