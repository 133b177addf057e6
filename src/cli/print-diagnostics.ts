import type { Diagnostic } from "../text/diagnostic.ts";
import type { CliContext } from "./cli-context.ts";
import { renderDiagnostics } from "./screen/diagnostics.ts";
import { createLook } from "./screen/look.ts";
import { chooseScreenMode } from "./screen/screen-mode.ts";

/** The texts that findings point into. */
export interface ShownSource {
  readonly file: string;
  readonly text: string;
  readonly included?: ReadonlyMap<string, { readonly text: string }>;
}

/** Findings about a pipeline file, to stderr. */
export function printDiagnostics(context: CliContext, diagnostics: readonly Diagnostic[], source: ShownSource): void {
  const mode = chooseScreenMode(
    {},
    {
      env: context.config.env,
      stdoutIsTerminal: context.stdout.isTerminal,
      stderrIsTerminal: context.stderr.isTerminal,
      isCi: context.config.isCi,
    },
  );
  const look = createLook({ ...mode, columns: context.stderr.columns ?? 100 });
  context.stderr.write(
    renderDiagnostics(diagnostics, look, (file) =>
      file === source.file ? source.text : source.included?.get(file)?.text,
    ),
  );
}
