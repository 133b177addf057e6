import type { Environment } from "../../model/environment.ts";
import type { MissingSecret, Variable, Variables } from "../../model/pipeline.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import type { DialectContext, GivenVariable, RunFacts } from "../dialect.ts";
import { isJobOnly, type RuleScope, toRuleScope } from "./decisions/rule-scope.ts";
import type { EnvironmentDeclaration, VariableDeclaration } from "./declarations.ts";
import { environmentVariables, resolveEnvironment } from "./environment-variables.ts";
import { expandRunner, referencedNames } from "./expand-runner.ts";
import { expandOrDrop, mayRefer, ServerExpansion, type ServerVariable } from "./expand-server.ts";
import type { GivenFor } from "./file-variables.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { LayeredVariables } from "./layered-variables.ts";
import { type NamedValue, present } from "./named-value.ts";
import { jobVariables, pipelineVariables, sourcePathOf } from "./predefined.ts";
import type { Report } from "./report.ts";

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

/** What the workflow's rules add for all jobs. */
export interface WorkflowVariables {
  readonly variables: readonly VariableDeclaration[];
  readonly name: string | undefined;
}

interface Layer {
  readonly given: ReadonlyMap<string, GivenVariable>;
  readonly variables: ReadonlyMap<string, Assignment>;
  readonly environment: Environment | undefined;
}

/** What a job's variables are made of beside what it declares. */
interface FurtherVariables {
  readonly ruleVariables: readonly VariableDeclaration[];
  readonly given: ReadonlyMap<string, GivenVariable>;
  /** From jobs that ran before it. */
  readonly reported: readonly Source[];
}

interface Assignment extends ServerVariable {
  readonly masked: boolean;
  readonly isPublic: boolean;
  readonly origin: string;
  readonly at: YamlNode | undefined;
  readonly fileContent?: string;
}

type Source = Pick<Assignment, "name" | "value" | "raw" | "masked" | "origin" | "at" | "fileContent">;

/**
 * Gives each job its variables, by precedence and expanded: predefined, global, the workflow's, the job's, those of its
 * rule, then those given from outside.
 * What is the same for all jobs is worked out once.
 *
 * @source GY-95, GY-102, GS-304
 */
export class VariableAssembly {
  readonly #run: RunFacts;
  readonly #givenFor: GivenFor;
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #reported: DialectContext["reported"];
  readonly #base: ReadonlyMap<string, Assignment>;
  readonly #baseVariables: Variables;
  readonly #projectUrl: string;
  /** Of files that hold values. */
  readonly #filesFolder: string;
  readonly #report: Report;
  readonly #workflow: WorkflowVariables;

  constructor(context: DialectContext, file: string, givenFor: GivenFor, workflow: WorkflowVariables, report: Report) {
    this.#workflow = workflow;
    this.#run = context.run;
    this.#report = report;
    this.#secrets = context.secrets ?? new Map();
    this.#givenFor = givenFor;
    this.#reported = context.reported;
    const named = [...pipelineVariables(context, file), ...present("CI_PIPELINE_NAME", workflow.name)];
    const base = named.map((one) => [one[0], ofPredefined(one)] as const);
    this.#base = new Map(base);
    this.#baseVariables = new Map(base.map(([name, assignment]) => [name, toVariable(assignment, assignment.value)]));
    this.#filesFolder = `${sourcePathOf(context.facts)}.tmp`;
    this.#projectUrl = this.#base.get("CI_PROJECT_URL")?.value ?? "";
  }

  draftOf(job: JobDeclaration, index: number): JobDraft {
    const layer = this.#layerOf(job, index, []);
    const winnerOf = (name: string): Assignment | undefined => layer.variables.get(name) ?? this.#base.get(name);
    const find = (name: string): Assignment | undefined => {
      const winner = winnerOf(name);
      return winner?.origin === "predefined" && isJobOnly(name) ? undefined : winner;
    };
    return {
      scope: toRuleScope(find, (name) => winnerOf(name)?.masked === true),
      finish: (ruleVariables) => {
        const isSame = ruleVariables.length === 0 && this.#reported?.job !== job.name;
        if (isSame) return this.#variablesOf(job, layer);
        return this.#variablesOf(job, this.#layerOf(job, index, ruleVariables, this.#reportedTo(job)));
      },
    };
  }

  /** Rules were decided before any job ran; they do not see these. */
  #reportedTo(job: JobDeclaration): readonly Source[] {
    const variables = this.#reported?.job === job.name ? [...this.#reported.variables] : [];
    const rest = { raw: true, masked: false, origin: "dotenv report", at: undefined };
    return variables.map(([name, value]) => ({ name, value, ...rest }));
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
    const variables = this.#assign(job, index, further);
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
    const hasSecrets = [...own.values()].some((variable) => !variable.isPublic);
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
    return job.secrets
      .filter(({ name }) => !this.#secrets.has(name) && !given.has(name))
      .map(({ name, at }) => ({ name, path: `jobs:${job.name}:secrets:${name}`, at: spanOf(at) }));
  }

  /** What is not the same for every job; each entry knows the one it hides. */
  #assign(
    job: JobDeclaration,
    index: number,
    { ruleVariables, given, reported }: FurtherVariables,
  ): Map<string, Assignment> {
    const layer = new Map<string, Assignment>();
    const add = (source: Source, isPublic: boolean): void => {
      layer.set(source.name, { ...source, isPublic, hides: layer.get(source.name) ?? this.#base.get(source.name) });
    };
    const declared = new Set<string>();
    const addDeclared = (variables: readonly VariableDeclaration[], origin: string): void => {
      for (const variable of variables) {
        if (this.#base.has(variable.name)) this.#warnHidden(variable);
        declared.add(variable.name);
        add({ ...variable, masked: false, origin }, true);
      }
    };
    const facts = {
      name: job.name,
      stage: job.stage,
      index,
      instance: job.instance,
      timeoutSeconds: job.timeoutSeconds,
      image: job.image?.name,
    };
    for (const named of jobVariables(facts, this.#run, this.#projectUrl)) add(ofPredefined(named), true);
    addDeclared(job.globals, "global");
    addDeclared(this.#workflow.variables, "workflow");
    addDeclared(job.variables, "job");
    addDeclared(ruleVariables, "rules");
    for (const [name, value] of job.instance?.cell ?? []) {
      declared.add(name);
      add({ name, value: value ?? "", raw: false, masked: false, origin: "matrix", at: job.key }, true);
    }
    for (const source of reported) add(source, true);
    const secrets = new Map(job.secrets.map((secret) => [secret.name, secret] as const));
    for (const { name, asFile, at } of secrets.values()) {
      const value = this.#secrets.get(name);
      if (value === undefined) continue;
      const secret: Source = { name, value, raw: true, masked: true, origin: "secret", at };
      add(asFile ? this.#inFile(secret) : secret, false);
    }
    for (const [name, one] of given) {
      const source: Source = { name, raw: false, at: undefined, ...one };
      const placed = one.isFile === true || secrets.get(name)?.asFile === true ? this.#inFile(source) : source;
      // A secret given for a name that the file itself hands to its services goes where that name goes.
      if (!secrets.has(name)) add(placed, !one.masked || declared.has(name));
      else add({ ...placed, masked: true }, false);
    }
    return layer;
  }

  /** References to it give the path, not the content. @source GY-93, GS-303 */
  #inFile(source: Source): Source {
    const path = `${this.#filesFolder}/${source.name}`;
    return { ...source, value: path, raw: true, fileContent: source.value };
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

  /** @source GY-96 */
  #warnHidden(variable: VariableDeclaration): void {
    this.#report.whole("warning", {
      code: "overrides-predefined",
      text: `variable "${variable.name}" hides GitLab's own value`,
      at: variable.at,
      hint: "take another name",
    });
  }
}

/** A predefined value is text from outside of the file, a commit's message for one: its `$` mean nothing. */
function ofPredefined([name, value]: NamedValue): Assignment {
  const raw = name !== "CI_JOB_IMAGE";
  return { name, value, raw, masked: false, isPublic: true, origin: "predefined", at: undefined, hides: undefined };
}

function toVariable({ masked, isPublic, origin, fileContent }: Assignment, value: string): Variable {
  return { value, masked, isPublic, origin, ...(fileContent === undefined ? {} : { fileContent }) };
}

/** First as the server does it, then as the runner does. @source GY-99 */
function expandAll(
  layer: ReadonlyMap<string, Assignment>,
  expansion: ServerExpansion,
  lookUp: (name: string) => string | undefined,
): Variables {
  const expanded = new Map<string, Variable>();
  for (const [name, winner] of layer) {
    const isFinal = winner.raw || !mayRefer(winner.value);
    expanded.set(name, toVariable(winner, isFinal ? winner.value : expandRunner(expansion.expand(winner), lookUp)));
  }
  return expanded;
}

function findUnset(text: string, winnerOf: (name: string) => Assignment | undefined): readonly string[] {
  const unset = new Set<string>();
  const seen = new Set<string>();
  const texts = [text];
  for (let next = texts.pop(); next !== undefined; next = texts.pop()) {
    for (const name of referencedNames(next)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const winner = winnerOf(name);
      if (winner === undefined) unset.add(name);
      else if (!winner.raw) texts.push(winner.value);
    }
  }
  return [...unset];
}
