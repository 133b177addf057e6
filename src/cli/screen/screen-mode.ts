/** How a run is shown. `json`: events on stdout, and what people read on stderr. */
export interface ScreenMode {
  readonly style: "tty" | "plain" | "quiet";
  readonly json: boolean;
  readonly colours: boolean;
  /** Nothing beyond ASCII in our own words; a container's output stays as it is. */
  readonly ascii: boolean;
  /** Probes and what the engine was asked, too. */
  readonly verbose: boolean;
}

export interface ScreenChoices {
  readonly progress?: "auto" | "tty" | "plain" | "quiet" | "json";
  readonly color?: "auto" | "always" | "never";
  /** Events go to stdout; false when they go to a file or nowhere. */
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly ascii?: boolean;
}

export interface ScreenSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly isCi: boolean;
}

/** `ui.md` C4: what was asked for, else what the two streams and the environment can show. */
export function chooseScreenMode(choices: ScreenChoices, around: ScreenSurroundings): ScreenMode {
  const json = choices.json === true || choices.progress === "json";
  // With events on stdout all the rest is on stderr; a live block must not meet them on one terminal.
  const canRedraw = around.stderrIsTerminal && around.stdoutIsTerminal !== json;
  const isTerminal = around.stderrIsTerminal && (json || around.stdoutIsTerminal);
  return {
    style: chooseStyle(choices, around, canRedraw),
    json,
    colours: chooseColours(choices.color, around.env, isTerminal),
    ascii: choices.ascii === true || !isUtf8(around.env),
    verbose: choices.verbose === true,
  };
}

/** `--color` > `NO_COLOR` > `FORCE_COLOR`, `CLICOLOR_FORCE` > whether it is a terminal. */
export function chooseColours(
  flag: "auto" | "always" | "never" | undefined,
  env: ScreenSurroundings["env"],
  isTerminal: boolean,
): boolean {
  if (flag === "always" || flag === "never") return flag === "always";
  if (isGiven(env["NO_COLOR"])) return false;
  const forced = env["FORCE_COLOR"] ?? env["CLICOLOR_FORCE"];
  if (isGiven(forced)) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

function chooseStyle(
  { progress = "auto", quiet }: ScreenChoices,
  { env, isCi }: ScreenSurroundings,
  canRedraw: boolean,
): ScreenMode["style"] {
  if (quiet === true || progress === "quiet") return "quiet";
  if (progress === "tty" || progress === "plain") return progress;
  return canRedraw && !isCi && env["TERM"] !== "dumb" ? "tty" : "plain";
}

/** The first of the three that is set decides, as in the C library. Without any of them a container's `C` locale is meant. */
function isUtf8(env: ScreenSurroundings["env"]): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(isGiven);
  return locale !== undefined && /utf-?8/i.test(locale);
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
