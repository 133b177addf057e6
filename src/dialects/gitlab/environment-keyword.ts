import type { EnvironmentTier } from "../../model/environment.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields, fieldsOf, type Lifetime } from "./config-fields.ts";
import { checkKeys, stringOf, valueOf } from "./config-values.ts";
import type { EnvironmentDeclaration, PlacedText } from "./declarations.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEYS = knownKeys("environment");
const CODE = "invalid-environment";
const ACTIONS = ["start", "stop", "prepare", "verify", "access"] as const;
const TIERS = [
  "production",
  "staging",
  "testing",
  "development",
  "other",
] as const satisfies readonly EnvironmentTier[];
const MAX_LENGTH = 255;
const NAME = /^(?!\/)[\w\-/${}. ]+(?<!\/)$/;
const NAME_RULE =
  "can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', and spaces, but it cannot start or end with '/'";

/** The word form is the mapping form with nothing but a name. @source GY-236 */
export function readEnvironment(value: YamlNode, path: string, report: Report): EnvironmentDeclaration | undefined {
  const word = stringOf(value);
  if (word !== undefined) {
    const name = checkName(word, value, path, report);
    const rest = { url: undefined, tier: undefined, onStop: undefined, autoStopIn: undefined } as const;
    return name === undefined ? undefined : { name, action: "start", ...rest, at: value };
  }
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path, text: "config should be a hash or a string", at: value });
  }
  checkKeys(value, KEYS, path, report);
  const fields = new ConfigFields(value, path, CODE, report);
  const cluster = valueOf(value, "kubernetes");
  if (cluster !== undefined) fieldsOf(cluster, `${path}:kubernetes`, CODE, report);
  const declaration = {
    url: readUrl(fields),
    action: fields.word("action", ACTIONS, "should be start, stop, prepare, verify, or access") ?? "start",
    tier: fields.word("deployment_tier", TIERS, `must be one of ${TIERS.join(", ")}`),
    onStop: readOnStop(fields),
    autoStopIn: readAutoStop(fields),
    at: valueOf(value, "name") ?? value,
  };
  const nameNode = valueOf(value, "name");
  const text = nameNode === undefined ? "" : fields.text("name");
  const name = text === undefined ? undefined : checkName(text, nameNode ?? value, path, report);
  return name === undefined ? undefined : { name, ...declaration };
}

function checkName(name: string, at: YamlNode, path: string, report: Report): string | undefined {
  const problem =
    name.trim() === ""
      ? "can't be blank"
      : name.length > MAX_LENGTH
        ? `is too long (maximum is ${MAX_LENGTH} characters)`
        : NAME.test(name)
          ? undefined
          : NAME_RULE;
  return problem === undefined ? name : report.error({ code: CODE, path, text: `name ${problem}`, at });
}

function readUrl(fields: ConfigFields): string | undefined {
  const url = fields.text("url");
  const value = valueOf(fields.mapping, "url");
  if (url === undefined || value === undefined || url.length <= MAX_LENGTH) return url;
  return fields.refuse("url", `is too long (maximum is ${MAX_LENGTH} characters)`, value);
}

function readOnStop(fields: ConfigFields): PlacedText | undefined {
  const text = fields.text("on_stop");
  const at = valueOf(fields.mapping, "on_stop");
  return text === undefined || at === undefined ? undefined : { text, at };
}

function readAutoStop(fields: ConfigFields): Lifetime | undefined {
  const value = valueOf(fields.mapping, "auto_stop_in");
  // A variable in it is replaced by the server, which alone would act on it.
  return value?.kind === "scalar" && value.text.includes("$") ? undefined : fields.lifetime("auto_stop_in");
}
