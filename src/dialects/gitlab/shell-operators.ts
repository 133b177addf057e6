import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { VariableDeclaration } from "./declarations.ts";
import { referencedNames } from "./expand-runner.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { Report } from "./report.ts";

const OPERATION = /^([A-Za-z_]\w*)(?::?[-=+?]|[#%/^,@]|:\d)/;

/** The variable that a shell would look at for `NAME:-x`; undefined for what is no such operation. */
export function operandOf(reference: string): string | undefined {
  return OPERATION.exec(reference)?.[1];
}

/**
 * `${NAME:-x}` and the like outside of scripts. Whoever puts variables in there takes all of it for a name, which nobody
 * has set.
 *
 * @source GY-106
 */
export class ShellOperators {
  readonly #report: Report;
  /** Lists that many jobs share. */
  readonly #seen = new Set<readonly VariableDeclaration[]>();

  constructor(report: Report) {
    this.#report = report;
  }

  check({ image, services, globals, variables }: JobDeclaration): void {
    if (image !== undefined) this.#checkText(image.name, image.at);
    for (const service of services) {
      this.#checkText(service.name, service.at);
      this.#checkText(service.alias ?? "", service.at);
      this.#checkVariables(service.variables);
    }
    this.#checkVariables(globals);
    this.#checkVariables(variables);
  }

  #checkVariables(declared: readonly VariableDeclaration[]): void {
    if (this.#seen.has(declared)) return;
    this.#seen.add(declared);
    for (const { value, raw, at } of declared) if (!raw) this.#checkText(value, at);
  }

  #checkText(text: string, at: YamlNode): void {
    if (!text.includes("${")) return;
    for (const reference of referencedNames(text)) {
      const name = operandOf(reference);
      if (name === undefined) continue;
      this.#report.whole("warning", {
        code: "shell-operator",
        text: `"\${${reference}}" is empty: outside of scripts only $${name} and \${${name}} are put in`,
        at,
        hint: "work it out in a script, where there is a shell",
      });
    }
  }
}
