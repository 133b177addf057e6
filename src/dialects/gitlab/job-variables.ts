import type { Environment } from "../../model/environment.ts";
import type { MissingSecret } from "../../model/pipeline.ts";
import type { Variables } from "../../model/variables.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import type { DialectContext, GivenVariable } from "../dialect.ts";
import { isJobOnly, type RuleScope, toRuleScope } from "./decisions/rule-scope.ts";
import type { EnvironmentDeclaration, VariableDeclaration } from "./declarations.ts";
import { environmentVariables, resolveEnvironment } from "./environment-variables.ts";
import { expandOrDrop, ServerExpansion } from "./expand-server.ts";
import { expandAll, findUnset } from "./expand-variables.ts";
import type { GivenFor } from "./file-variables.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { LayeredVariables } from "./layered-variables.ts";
import type { NamedValue } from "./named-value.ts";
import type { Report } from "./report.ts";
import { reportedByJob, toSources } from "./reported-variables.ts";
import {
  type Assignment,
  type FurtherVariables,
  LayerBuilder,
  ofPredefined,
  PREDEFINED,
  type Source,
  type WorkflowVariables,
} from "./variable-layer.ts";

export interface JobVariables {
  /** What the job's own container sees, expanded. */
  readonly all: Variables;
  /** Of these, what the file, the job or the command line sets: all but what is the same for every job. */
  readonly own: Variables;
  /** What every service sees before its own variables. @source GS-310, GS-311 */
  readonly forServices: Variables;
  /** Where the file sets the winning value; undefined for values from elsewhere. */
  readonly placeOf: (name: string) => YamlNode | undefined;
  /** Names that a text needs, directly or through other variables, and that nobody set. */
  readonly unsetIn: (text: string) => readonly string[];
  /** Expands a field that the server expands for good: an unknown name becomes nothing. @source GY-107 */
  readonly dropUnknown: (text: string) => string;
  readonly environment: Environment | undefined;
  readonly missingSecrets: readonly MissingSecret[];
  /** Names that nobody set may come from jobs that run before it. Absent: they may not. */
  readonly awaitsReports?: boolean;
}

/** A job's variables while its rules are still looked at. */
export interface JobDraft {
  readonly scope: RuleScope;
  /** @param ruleVariables of the rule that holds. */
  readonly finish: (ruleVariables: readonly VariableDeclaration[]) => JobVariables;
}

const NO_SECRETS: readonly MissingSecret[] = [];

interface Layer {
  readonly given: ReadonlyMap<string, GivenVariable>;
  readonly variables: ReadonlyMap<string, Assignment>;
  readonly environment: Environment | undefined;
}

/**
 * Gives each job its variables, by precedence and expanded: predefined, global, the workflow's, the job's, those of its
 * rule, then those given from outside.
 * What is the same for all jobs is worked out once.
 *
 * @source GY-95, GY-102, GS-304
 */
export class VariableAssembly {
  readonly #layers: LayerBuilder;
  readonly #givenFor: GivenFor;
  readonly #secrets: ReadonlyMap<string, string>;
  /** By job. */
  readonly #reported: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #base: ReadonlyMap<string, Assignment>;
  readonly #baseVariables: Variables;
  readonly #report: Report;

  constructor(context: DialectContext, file: string, givenFor: GivenFor, workflow: WorkflowVariables, report: Report) {
    this.#layers = new LayerBuilder(context, file, workflow, report);
    this.#report = report;
    this.#secrets = context.secrets ?? new Map();
    this.#givenFor = givenFor;
    this.#reported = reportedByJob(context);
    this.#base = this.#layers.base;
    this.#baseVariables = new Map([...this.#base].map(([name, { variable }]) => [name, variable]));
  }

  draftOf(job: JobDeclaration, index: number): JobDraft {
    const layer = this.#layerOf(job, index, []);
    const winnerOf = (name: string): Assignment | undefined => layer.variables.get(name) ?? this.#base.get(name);
    const find = (name: string): Assignment | undefined => {
      const winner = winnerOf(name);
      return winner?.variable.origin === PREDEFINED && isJobOnly(name) ? undefined : winner;
    };
    return {
      scope: toRuleScope(find, (name) => winnerOf(name)?.variable.masked === true),
      finish: (ruleVariables) => {
        const isSame = ruleVariables.length === 0 && !this.#reported.has(job.name);
        if (isSame) return this.#variablesOf(job, layer);
        return this.#variablesOf(
          job,
          this.#layerOf(job, index, ruleVariables, toSources(this.#reported.get(job.name))),
        );
      },
    };
  }

  #layerOf(
    job: JobDeclaration,
    index: number,
    ruleVariables: readonly VariableDeclaration[],
    reported: readonly Source[] = [],
  ): Layer {
    const plain = this.#layerWith(job, index, { ruleVariables, reported, given: this.#givenFor(undefined) });
    const { environment } = plain;
    const given = environment && this.#givenFor(environment.name);
    // Only variables for all environments have a say in the environment's name.
    return given === undefined || given === this.#givenFor(undefined)
      ? plain
      : { ...this.#layerWith(job, index, { ruleVariables, reported, given }), environment };
  }

  #layerWith(job: JobDeclaration, index: number, further: FurtherVariables): Layer {
    const { given } = further;
    const variables = this.#layers.build(job, index, further);
    const winnerOf = (name: string): Assignment | undefined => variables.get(name) ?? this.#base.get(name);
    const environment = job.environment && this.#addEnvironment(job.environment, variables, winnerOf);
    return { variables, environment, given };
  }

  #variablesOf(job: JobDeclaration, { variables: layer, environment, given }: Layer): JobVariables {
    const winnerOf = (name: string): Assignment | undefined => layer.get(name) ?? this.#base.get(name);
    const expansion = new ServerExpansion(winnerOf);
    const lookUp = (name: string): string | undefined => {
      const winner = winnerOf(name);
      return winner && expansion.expand(winner);
    };
    const own = expandAll(layer, expansion, lookUp);
    if (expansion.circle !== undefined) this.#refuseCircle(expansion.circle, winnerOf, job);
    const all = new LayeredVariables(this.#baseVariables, own);
    const hasSecrets = hidesSome(own);
    return {
      all,
      own,
      forServices: hasSecrets ? new Map([...all].filter(([, variable]) => variable.isPublic)) : all,
      placeOf: (name) => winnerOf(name)?.at,
      unsetIn: (text) => findUnset(text, winnerOf),
      dropUnknown: (text) => expandOrDrop(text, lookUp),
      environment,
      missingSecrets: this.#missingSecrets(job, given),
    };
  }

  /** Its variables rank below all others, and others may be made of them. */
  #addEnvironment(
    declared: EnvironmentDeclaration,
    layer: Map<string, Assignment>,
    winnerOf: (name: string) => Assignment | undefined,
  ): Environment {
    const valuesOf = (): ((name: string) => string | undefined) => {
      const expansion = new ServerExpansion(winnerOf);
      return (name) => {
        const winner = winnerOf(name);
        return winner && expansion.expand(winner);
      };
    };
    const add = (named: NamedValue): void => {
      if (!layer.has(named[0])) layer.set(named[0], ofPredefined(named));
    };
    const environment = resolveEnvironment(declared, (text) => expandOrDrop(text, valuesOf()));
    for (const named of environmentVariables(environment)) add(named);
    if (environment.url === undefined) return environment;
    const url = new ServerExpansion(winnerOf).expand({
      name: "CI_ENVIRONMENT_URL",
      value: environment.url,
      raw: false,
      hides: undefined,
    });
    add(["CI_ENVIRONMENT_URL", url]);
    return { ...environment, url };
  }

  /** @source GY-243 */
  #missingSecrets(job: JobDeclaration, given: ReadonlyMap<string, GivenVariable>): readonly MissingSecret[] {
    if (job.secrets.length === 0) return NO_SECRETS;
    return job.secrets
      .filter(({ name }) => !this.#secrets.has(name) && !given.has(name))
      .map(({ name, at }) => ({ name, path: `jobs:${job.name}:secrets:${name}`, at: spanOf(at) }));
  }

  #refuseCircle(
    circle: readonly string[],
    winnerOf: (name: string) => Assignment | undefined,
    job: JobDeclaration,
  ): void {
    const names = circle.map((name) => JSON.stringify(name)).join(", ");
    this.#report.whole("error", {
      code: "circular-variables",
      path: `jobs:${job.name}`,
      text: `${job.name}: circular variable reference detected: [${names}]`,
      at: winnerOf(circle[0] ?? "")?.at ?? job.key,
      hint: "give one of them a value without the other",
    });
  }
}

function hidesSome(variables: Variables): boolean {
  for (const { isPublic } of variables.values()) if (!isPublic) return true;
  return false;
}
