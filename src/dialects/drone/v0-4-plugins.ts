import type { Step } from "../../model/step.ts";
import { mappingOf, spanOf, type YamlEntry, type YamlMapping } from "../../yaml/yaml-node.ts";
import { presentField } from "../drone-family/accept.ts";
import type { FileScope } from "../drone-family/build-job.ts";
import { buildStep } from "../drone-family/build-step.ts";
import { uniqueSteps } from "../drone-family/check-names.ts";
import { judge } from "../drone-family/conditions.ts";
import { scalarAt } from "../drone-family/made-nodes.ts";
import { readSection } from "../drone-family/read-section.ts";
import type { Place, Scope } from "../drone-family/scope.ts";
import type { OrderedStep } from "../drone-family/step-order.ts";
import { textOf, toJsonValue, valueOf } from "../drone-family/values.ts";

const SECTIONS = ["publish", "deploy", "notify"] as const;
type PluginSection = (typeof SECTIONS)[number];

/** Keys that are the container's; all others are the plugin's own. */
const CONTAINER_KEYS: ReadonlySet<string> = new Set(
  "image pull privileged environment entrypoint command extra_hosts volumes net auth_config when".split(" "),
);

export function isPluginSection(name: string): boolean {
  return SECTIONS.some((section) => section === name);
}

/** Told for the file as it is written: nothing of these sections is read. */
export function noteUndelivered(document: YamlMapping, file: FileScope): void {
  if (file.context.deliver === true) return;
  for (const section of SECTIONS) {
    const key = document.entries.get(section)?.key;
    if (key === undefined) continue;
    const text = `${section} is left out: it reaches beyond this machine; --deliver runs it`;
    file.findings.note({ code: "not-delivered", text, at: key, path: section });
  }
}

/**
 * `publish`, `deploy` and `notify`: one step each, with its arguments as JSON behind `--`.
 *
 * They change the world outside, and 0.4's own local runs left them out; so does this unless it is asked for.
 *
 * @source DR-28, DR-36, DR-42, DR-207, DR-310
 */
export function readPlugins(document: YamlMapping, scope: Scope): readonly OrderedStep[] {
  return SECTIONS.flatMap((section) => {
    const node = valueOf(document, section);
    if (node === undefined) return [];
    if (section !== "notify" && scope.trigger.event === "pull_request") return [];
    const places = readSection({ kind: "step", path: section, node }, scope);
    const names = uniqueSteps(places).map((place) => `${section}-${place.name}`);
    return places.flatMap((place, index) => toPlugin(place, names[index] ?? place.name, section) ?? []);
  });
}

function toPlugin(place: Place, name: string, section: PluginSection): OrderedStep | undefined {
  const verdict = judge(presentField(place, "when"), "when", `${place.path}.when`, place.scope);
  if (verdict.why !== undefined) return undefined;
  const image = pluginImage(textOf(presentField(place, "image")) ?? place.name);
  checkWhitelist(image, place);
  const own = new Map([...place.fields].filter(([key]) => CONTAINER_KEYS.has(key) && key !== "when"));
  const container: Place = { ...place, name, fields: withImage(own, image, place) };
  const step = buildStep(container, section === "notify" ? "always" : verdict.on);
  return step === undefined ? undefined : { place: container, step: withArguments(step, place), isSkipped: false };
}

function pluginImage(text: string): string {
  const name = text.includes("/") ? text : `plugins/drone-${text.replaceAll("_", "-")}`;
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/** @source DR-168 */
function checkWhitelist(image: string, place: Place): void {
  if (image.startsWith("plugins/")) return;
  const text = `Plugin ${image} is not in the whitelist: Drone 0.4 ran plugins/* only, unless its operator said otherwise`;
  place.scope.findings.warn({
    code: "plugin-whitelist",
    text,
    at: presentField(place, "image") ?? place.key,
    path: place.path,
  });
}

function withImage(
  fields: ReadonlyMap<string, YamlEntry>,
  image: string,
  place: Place,
): ReadonlyMap<string, YamlEntry> {
  const like = fields.get("image")?.value ?? place.key;
  const scalar = scalarAt(like, image);
  return new Map([...fields, ["image", { key: scalar, value: scalar }]]);
}

function withArguments(step: Step, place: Place): Step {
  const { trigger, context, workspace } = place.scope;
  const { repository } = trigger;
  const own = [...place.fields].filter(([key]) => !CONTAINER_KEYS.has(key));
  const payload = {
    repo: {
      owner: repository.owner,
      name: repository.name,
      full_name: repository.fullName,
      link_url: repository.link,
      clone_url: `${repository.link}.git`,
      default_branch: context.facts.defaultBranch ?? trigger.branch,
    },
    build: {
      number: context.run.pipelineId,
      event: trigger.event,
      status: "success",
      commit: context.facts.commit?.sha ?? "",
      branch: trigger.branch,
      ref: trigger.ref,
      message: context.facts.commit?.message ?? "",
      author: context.facts.commit?.author ?? "",
    },
    system: { link_url: repository.link },
    workspace: { root: workspace.mountPath, path: workspace.sourcePath },
    vargs: toJsonValue(mappingOf({ ...(place.body ?? place.key), tag: undefined }, new Map(own))),
  };
  return { ...step, command: ["--", JSON.stringify(payload)], at: spanOf(place.key) };
}
