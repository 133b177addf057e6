import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import type { MatrixDeclaration, NeedDeclaration, ParallelDeclaration, PlacedText } from "./declarations.ts";
import type { InstanceDeclaration, JobDeclaration } from "./job-declaration.ts";
import type { Report } from "./report.ts";

export interface ExpandedJobs {
  /** In file order; a job that the file multiplies is replaced by its instances. */
  readonly jobs: readonly JobDeclaration[];
  /** What can be needed, by name: jobs as the file has them, and each instance as the job it is one of. */
  readonly definitions: ReadonlyMap<string, JobDeclaration>;
}

/** The values of one instance, in the order of their names. */
type Cell = ReadonlyMap<string, string | undefined>;

const MAX_NAME_LENGTH = 255;
const MATRIX_REFERENCE = /\$\[\[\s*matrix\.(\w+)\s*\]\]/g;

/**
 * Makes the instances of jobs with `parallel`, and points what needs them to the right ones.
 *
 * Linear in the instances and what they need; instances that need the same share one list.
 *
 * @source GY-202, GY-228 to GY-231
 */
export function expandParallel(declared: readonly JobDeclaration[], report: Report): ExpandedJobs {
  const definitions = new Map(declared.map((job) => [job.name, job]));
  if (!declared.some((job) => job.parallel !== undefined || picksInstances(job)))
    return { jobs: declared, definitions };
  const groups = new Map<string, readonly InstanceDeclaration[]>();
  const jobs: JobDeclaration[] = [];
  for (const job of declared) {
    if (job.parallel === undefined) jobs.push(job);
    else jobs.push(...makeInstances(job, job.parallel, groups, definitions, report));
  }
  const links = new NeedLinks(groups, definitions, report);
  return { jobs: jobs.map((job) => links.apply(job)), definitions };
}

function picksInstances({ needs = [], rules = [] }: JobDeclaration): boolean {
  return [needs, ...rules.map((rule) => rule.needs ?? [])].some((some) =>
    some.some(({ matrix }) => matrix !== undefined),
  );
}

function makeInstances(
  job: JobDeclaration,
  parallel: ParallelDeclaration,
  groups: Map<string, readonly InstanceDeclaration[]>,
  definitions: Map<string, JobDeclaration>,
  report: Report,
): readonly JobDeclaration[] {
  const cells = parallel.kind === "count" ? undefined : cellsOf(parallel);
  const total = parallel.kind === "count" ? parallel.count : (cells?.length ?? 0);
  const instances = Array.from({ length: total }, (_, index): InstanceDeclaration => {
    const cell = cells?.[index];
    return { of: job.name, index: index + 1, total, cell };
  });
  groups.set(job.name, instances);
  return instances.map((instance) => {
    const name = instanceName(instance);
    if (definitions.has(name)) refuseName(job, name, "is the name of two jobs", report);
    else if (name.length > MAX_NAME_LENGTH) refuseName(job, name, "is too long (maximum is 255 characters)", report);
    definitions.set(name, job);
    return { ...job, name, instance };
  });
}

/** Each item's product, the last name changing fastest; items one after the other. @source GY-229 */
function cellsOf({ items }: MatrixDeclaration): readonly ReadonlyMap<string, string | undefined>[] {
  return items.flatMap((item) => {
    let cells: readonly (readonly (readonly [string, string | undefined])[])[] = [[]];
    for (const [name, values] of item) {
      cells = cells.flatMap((cell) => values.map((value) => [...cell, [name, value] as const]));
    }
    return cells.map((cell) => new Map(cell));
  });
}

/** @source GY-228, GY-230 */
export function instanceName({ of, index, total, cell }: InstanceDeclaration): string {
  if (cell === undefined) return `${of} ${index}/${total}`;
  return `${of}: [${[...cell.values()].filter((value) => value !== undefined).join(", ")}]`;
}

function refuseName(job: JobDeclaration, name: string, problem: string, report: Report): void {
  const path = `jobs:${name}`;
  report.error({ code: "invalid-job-name", path, text: `name ${problem}`, at: job.key });
}

/** Points needs and dependencies on a job with instances to these. */
class NeedLinks {
  readonly #groups: ReadonlyMap<string, readonly InstanceDeclaration[]>;
  readonly #definitions: ReadonlyMap<string, JobDeclaration>;
  readonly #report: Report;
  readonly #needs = new Map<readonly NeedDeclaration[], readonly NeedDeclaration[]>();

  constructor(
    groups: ReadonlyMap<string, readonly InstanceDeclaration[]>,
    definitions: ReadonlyMap<string, JobDeclaration>,
    report: Report,
  ) {
    this.#groups = groups;
    this.#definitions = definitions;
    this.#report = report;
  }

  apply(job: JobDeclaration): JobDeclaration {
    const { needs, dependencies, rules } = job;
    return {
      ...job,
      needs: needs && this.#link(needs, job),
      dependencies: dependencies?.flatMap((dependency) => this.#linkName(dependency)),
      rules: rules?.map((rule) => (rule.needs === undefined ? rule : { ...rule, needs: this.#link(rule.needs, job) })),
    };
  }

  #linkName(dependency: PlacedText): readonly PlacedText[] {
    const instances = this.#groups.get(dependency.text);
    return instances?.map((instance) => ({ ...dependency, text: instanceName(instance) })) ?? [dependency];
  }

  #link(needs: readonly NeedDeclaration[], job: JobDeclaration): readonly NeedDeclaration[] {
    const isSame = !needs.some((need) => need.matrix !== undefined);
    const known = isSame ? this.#needs.get(needs) : undefined;
    if (known !== undefined) return known;
    const linked = needs.flatMap((need) => this.#linkNeed(need, job));
    if (isSame) this.#needs.set(needs, linked);
    return linked;
  }

  #linkNeed(need: NeedDeclaration, job: JobDeclaration): readonly NeedDeclaration[] {
    const instances = this.#groups.get(need.job);
    const { matrix } = need;
    // One that is nowhere is told as such.
    if (instances === undefined && (matrix === undefined || !this.#definitions.has(need.job))) {
      return [{ ...need, matrix: undefined }];
    }
    const all = instances ?? [];
    const chosen = matrix === undefined ? all : this.#choose(need, matrix, all, job);
    return chosen.map((instance) => ({ ...need, job: instanceName(instance), matrix: undefined }));
  }

  /** @source GY-202 */
  #choose(
    need: NeedDeclaration,
    matrix: MatrixDeclaration,
    instances: readonly InstanceDeclaration[],
    job: JobDeclaration,
  ): readonly InstanceDeclaration[] {
    return cellsOf(matrix).flatMap((cell) => {
      const unknown = unknownNames(cell, job);
      for (const name of unknown) {
        this.#refuse("undefined-matrix-value", `'${name}' does not exist in matrix configuration`, need, job);
      }
      if (unknown.length > 0) return [];
      const wanted = new Map([...cell].map(([name, value]) => [name, fillIn(value, job)]));
      const same = instances.filter((instance) => isSameCell(instance.cell, wanted));
      const found = same.filter((instance) => hasSameOrder(instance.cell, wanted));
      if (found.length === 0) this.#refuseCell(wanted, need, job, same[0]?.cell);
      return found;
    });
  }

  /** GitLab looks for the name that the values give in the order in which they stand here. */
  #refuseCell(wanted: Cell, need: NeedDeclaration, job: JobDeclaration, reordered: Cell | undefined): void {
    if (need.optional) return;
    const name = instanceName({ of: need.job, index: 0, total: 0, cell: wanted });
    const hint = reordered && `write the names in the order of "${need.job}": ${[...reordered.keys()].join(", ")}`;
    this.#refuse("undefined-need", `${job.name} job: undefined need: ${name}`, need, job, hint);
  }

  #refuse(code: DiagnosticCode, text: string, need: NeedDeclaration, job: JobDeclaration, hint?: string): void {
    const path = `jobs:${job.instance?.of ?? job.name}:needs`;
    this.#report.missing({ code, path, text, at: need.matrix?.at ?? need.at, hint });
  }
}

/** `$[[ matrix.X ]]` is the needing instance's own value. @source GY-76 */
function fillIn(value: string | undefined, job: JobDeclaration): string | undefined {
  return value?.replace(MATRIX_REFERENCE, (text, name: string) => job.instance?.cell?.get(name) ?? text);
}

function unknownNames(cell: ReadonlyMap<string, string | undefined>, job: JobDeclaration): readonly string[] {
  const references = [...cell.values()].flatMap((value) => [...(value ?? "").matchAll(MATRIX_REFERENCE)]);
  return references.flatMap(([, name]) => (name === undefined || job.instance?.cell?.has(name) ? [] : [name]));
}

function isSameCell(cell: Cell | undefined, wanted: Cell): boolean {
  if (cell === undefined || cell.size !== wanted.size) return false;
  return [...wanted].every(([name, value]) => cell.has(name) && cell.get(name) === value);
}

function hasSameOrder(cell: Cell | undefined, wanted: Cell): boolean {
  const names = [...wanted.keys()];
  return [...(cell?.keys() ?? [])].every((name, index) => name === names[index]);
}
