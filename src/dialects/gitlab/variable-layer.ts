import type { Variable } from "../../model/variables.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { DialectContext, GivenVariable, RunFacts } from "../dialect.ts";
import type { SecretDeclaration, VariableDeclaration } from "./declarations.ts";
import type { ServerVariable } from "./expand-server.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { type NamedValue, present } from "./named-value.ts";
import { jobVariables, pipelineVariables, sourcePathOf } from "./predefined.ts";
import type { Report } from "./report.ts";

/** What the workflow's rules add for all jobs. */
export interface WorkflowVariables {
  readonly variables: readonly VariableDeclaration[];
  readonly name: string | undefined;
}

/** What a job's variables are made of beside what it declares. */
export interface FurtherVariables {
  readonly ruleVariables: readonly VariableDeclaration[];
  readonly given: ReadonlyMap<string, GivenVariable>;
  /** From jobs that ran before it. */
  readonly reported: readonly Source[];
}

/** A variable of one job, its value not expanded yet. */
export interface Assignment extends ServerVariable {
  /** As the model has it: the very object where nothing has to be expanded. */
  readonly variable: Variable;
  readonly at: YamlNode | undefined;
}

/** Before it is known what it hides. */
export type Source = Omit<Assignment, "hides" | "value">;

/** Where what is the same in every file comes from. */
export const PREDEFINED = "predefined";

const NO_NAMES: ReadonlySet<string> = new Set();

/** Lays a job's variables over each other by precedence; what is the same for all jobs is made once. */
export class LayerBuilder {
  /** Predefined, and the same for every job. */
  readonly base: ReadonlyMap<string, Assignment>;
  readonly #run: RunFacts;
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #workflow: WorkflowVariables;
  readonly #report: Report;
  readonly #projectUrl: string;
  /** Of files that hold values. */
  readonly #filesFolder: string;
  /** What thousands of jobs take from one list, of globals for one. */
  readonly #shared = new Map<readonly VariableDeclaration[], readonly Assignment[]>();

  constructor(context: DialectContext, file: string, workflow: WorkflowVariables, report: Report) {
    this.#run = context.run;
    this.#secrets = context.secrets ?? new Map();
    this.#workflow = workflow;
    this.#report = report;
    const named = [...pipelineVariables(context, file), ...present("CI_PIPELINE_NAME", workflow.name)];
    this.base = new Map(named.map((one) => [one[0], ofPredefined(one)] as const));
    this.#projectUrl = this.base.get("CI_PROJECT_URL")?.value ?? "";
    this.#filesFolder = `${sourcePathOf(context.facts)}.tmp`;
  }

  /** What is not the same for every job; each entry knows the one it hides. */
  build(
    job: JobDeclaration,
    index: number,
    { ruleVariables, given, reported }: FurtherVariables,
  ): Map<string, Assignment> {
    const layer = new Map<string, Assignment>();
    const add = ({ name, raw, variable, at }: Source): void => {
      const hides = layer.get(name) ?? this.base.get(name);
      layer.set(name, { name, value: variable.value, raw, hides, variable, at });
    };
    const addDeclared = (variables: readonly VariableDeclaration[], origin: string): void => {
      for (const variable of variables) add(this.#toSource(variable, origin));
    };
    const addShared = (variables: readonly VariableDeclaration[], origin: string): void => {
      for (const one of this.#sharedOf(variables, origin)) {
        if (layer.has(one.name)) add(one);
        else layer.set(one.name, one);
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
    for (const named of jobVariables(facts, this.#run, this.#projectUrl)) add(ofPredefined(named));
    addShared(job.globals, "global");
    const ofWorkflow = this.#workflow.variables;
    if (ofWorkflow.every(({ name }) => job.takesVariable(name))) addShared(ofWorkflow, "workflow");
    else
      addDeclared(
        ofWorkflow.filter(({ name }) => job.takesVariable(name)),
        "workflow",
      );
    addDeclared(job.variables, "job");
    addDeclared(ruleVariables, "rules");
    for (const [name, value = ""] of job.instance?.cell ?? []) {
      add({ name, raw: false, variable: { value, masked: false, isPublic: true, origin: "matrix" }, at: job.key });
    }
    // What the file sets up to here it hands to its services itself.
    const declared = given.size === 0 ? NO_NAMES : new Set(namesDeclared(layer));
    for (const source of reported) add(source);
    this.#addSecrets(job.secrets, add);
    this.#addGiven(given, job.secrets, declared, add);
    return layer;
  }

  #addSecrets(secrets: readonly SecretDeclaration[], add: (source: Source) => void): void {
    for (const { name, asFile, at } of secrets) {
      const value = this.#secrets.get(name);
      if (value === undefined) continue;
      const secret = { name, raw: true, variable: { value, masked: true, isPublic: false, origin: "secret" }, at };
      add(asFile ? this.#inFile(secret) : secret);
    }
  }

  #addGiven(
    given: ReadonlyMap<string, GivenVariable>,
    secrets: readonly SecretDeclaration[],
    declared: ReadonlySet<string>,
    add: (source: Source) => void,
  ): void {
    for (const [name, { value, masked, origin, raw = false, isFile = false }] of given) {
      const secret = secrets.findLast((one) => one.name === name);
      const variable = {
        value,
        masked: masked || secret !== undefined,
        // A secret given for a name that the file itself hands to its services goes where that name goes.
        isPublic: secret === undefined && (!masked || declared.has(name)),
        origin,
      };
      const source = { name, raw, variable, at: undefined };
      add(isFile || secret?.asFile === true ? this.#inFile(source) : source);
    }
  }

  #sharedOf(variables: readonly VariableDeclaration[], origin: string): readonly Assignment[] {
    const known = this.#shared.get(variables);
    if (known !== undefined) return known;
    const made = variables.map((variable): Assignment => {
      const hides = this.base.get(variable.name);
      return { ...this.#toSource(variable, origin), value: variable.value, hides };
    });
    this.#shared.set(variables, made);
    return made;
  }

  #toSource(declared: VariableDeclaration, origin: string): Source {
    const { name, value, raw, at } = declared;
    if (this.base.has(name)) this.#warnHidden(declared);
    return { name, raw, variable: { value, masked: false, isPublic: true, origin }, at };
  }

  /** References to it give the path, not the content. @source GY-93, GS-303 */
  #inFile(source: Source): Source {
    const path = `${this.#filesFolder}/${source.name}`;
    return { ...source, raw: true, variable: { ...source.variable, value: path, fileContent: source.variable.value } };
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
export function ofPredefined([name, value]: NamedValue): Assignment {
  const raw = name !== "CI_JOB_IMAGE";
  const variable = { value, masked: false, isPublic: true, origin: PREDEFINED };
  return { name, value, raw, hides: undefined, variable, at: undefined };
}

function namesDeclared(layer: ReadonlyMap<string, Assignment>): readonly string[] {
  return [...layer.values()].filter(({ variable }) => variable.origin !== PREDEFINED).map(({ name }) => name);
}
