import { compileGlob } from "../../text/glob.ts";
import type { DialectContext, FileVariable, GivenVariable } from "../dialect.ts";

/** All that is set from outside of the pipeline file, for jobs of one environment. */
export type GivenFor = (environment: string | undefined) => ReadonlyMap<string, GivenVariable>;

/**
 * Variables of the person's files, then those of the command line, which win. Of a file's values for one name the one
 * counts whose environment fits best: its own name, else the longest pattern.
 *
 * @source GY-95
 */
export function givenVariables({ variables, fileVariables = [] }: DialectContext): GivenFor {
  if (fileVariables.length === 0) return () => variables;
  const known = new Map<string | undefined, ReadonlyMap<string, GivenVariable>>();
  return (environment) => {
    const found = known.get(environment) ?? new Map([...fitting(fileVariables, environment), ...variables]);
    known.set(environment, found);
    return found;
  };
}

function fitting(
  all: readonly FileVariable[],
  environment: string | undefined,
): readonly (readonly [string, GivenVariable])[] {
  const files = Map.groupBy(all, ({ file }) => file);
  return [...files.values()].flatMap((variables) => {
    const fits = variables.filter((variable) => fitsEnvironment(variable.environment, environment));
    return fits.toSorted((a, b) => closeness(a.environment) - closeness(b.environment)).map(toGiven);
  });
}

function fitsEnvironment(pattern: string, environment: string | undefined): boolean {
  if (pattern === "*") return true;
  return environment !== undefined && compileGlob(pattern, "text")(environment);
}

/** The higher, the closer. */
function closeness(pattern: string): number {
  if (pattern === "*") return 0;
  return pattern.includes("*") ? pattern.length : Number.MAX_SAFE_INTEGER;
}

function toGiven({ name, value, masked, raw, isFile, origin }: FileVariable): readonly [string, GivenVariable] {
  const marks = { ...(raw ? { raw } : {}), ...(isFile ? { isFile } : {}) };
  return [name, { value, masked, origin, ...marks }];
}
