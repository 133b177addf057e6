import type { YamlMapping, YamlNode } from "../../../yaml/yaml-node.ts";
import type { IncludeScope } from "../include/include-scope.ts";
import type { ConfigFile } from "../read-config.ts";
import type { Report } from "../report.ts";
import { type InputSpec, readSpec } from "./input-spec.ts";
import { interpolate } from "./interpolate.ts";
import { toScalar } from "./interpolation-functions.ts";
import { resolveInputs } from "./resolve-inputs.ts";

/** A file's side of its inputs. */
export interface InputSide {
  /** Stands in front of every message: `` `a.yml`: ``, or nothing. */
  readonly prefix: string;
  /** What the file is given, once it is known what it takes. */
  readonly given: (specs: readonly InputSpec[]) => ReadonlyMap<string, YamlNode>;
  /** The include that gives them; undefined for the pipeline file itself. */
  readonly givenAt: YamlNode | undefined;
  /** What `$[[ component.* ]]` may be. */
  readonly component: ReadonlyMap<string, string>;
  /** The inputs that the files of `spec:include` declare; undefined while they are still to be fetched. */
  readonly included: (include: YamlNode) => readonly InputSpec[] | undefined;
}

/**
 * A file's content with its inputs put in. A file without a header has none: `$[[ ]]` stays in it as it is.
 *
 * @returns undefined when inputs are missing or wrong, which has been told, or when files are still to be fetched.
 * @source GY-11, GY-65 to GY-78
 */
export function applyInputs(
  { header, content }: ConfigFile,
  side: InputSide,
  scope: IncludeScope,
  report: Report,
): YamlMapping | undefined {
  if (header === undefined) return refuseInputs(content, side, report);
  const before = report.errorCount;
  const spec = readSpec(header, side.prefix, report);
  const included = spec.include === undefined ? [] : side.included(spec.include);
  if (included === undefined || report.errorCount > before) return undefined;
  const own = new Set(spec.inputs.map(({ name }) => name));
  const specs = [...included.filter(({ name }) => !own.has(name)), ...spec.inputs];
  const variable = (name: string): string | undefined => scope.valueOf(name);
  const receiver = { prefix: side.prefix, givenAt: side.givenAt, variable };
  const inputs = resolveInputs(specs, side.given(specs), receiver, report);
  if (inputs === undefined) return undefined;
  const component = new Map(
    [...side.component]
      .filter(([name]) => spec.component.has(name))
      .map(([name, text]) => [name, toScalar(text, header)]),
  );
  const isMasked = (name: string): boolean => scope.isMasked(name);
  const result = interpolate(content, { inputs, component, variable, isMasked }, side.prefix, report);
  return report.errorCount > before ? undefined : result;
}

/** @source GY-57 */
function refuseInputs(content: YamlMapping, side: InputSide, report: Report): YamlMapping | undefined {
  const [first] = side.given([]);
  if (first === undefined) return content;
  return report.whole("error", {
    code: "unknown-input",
    text: `${side.prefix}unknown input arguments`,
    at: first[1],
    hint: "the file has no header with spec:inputs",
  });
}
