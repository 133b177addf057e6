import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { baseOfRecipe, type StandInRecipe, standInFor } from "../../tests/images/stand-ins.ts";
import { callEngine, sendToEngine, splitImageName } from "../engine/engine-client.ts";
import { type Say, SetupFailure } from "../setup-failure.ts";
import { baseKey, buildBase } from "./build-base.ts";
import { type PullResult, pullImage } from "./pull-image.ts";
import { recipeFolder, recipeHash } from "./recipe-hash.ts";

const standInLabel = "dev.outrigger.stand-in";
/** Derives stand-ins on machines that have a registry and no debootstrap: names that no registry knows need one too. */
const publicBase = "debian:stable-slim";

interface Workshop {
  readonly endpoint: EngineEndpoint;
  /** For files that are too large for the memory and not worth keeping. */
  readonly workFolder: string;
  readonly say: Say;
  /** Registry hosts that did not answer. */
  readonly unreachable: Set<string>;
}

/** How a missing image was had: from its registry, or by a stand-in, and then why. */
type Provision = "pulled" | "no registry answers" | "not in its registry" | "recipe changed";

/**
 * Makes images present: local ones stay, missing ones are pulled, and where no registry gives them a stand-in is built.
 *
 * @throws SetupFailure for an image that can neither be pulled nor stood in for.
 */
export async function ensureImages(
  endpoint: EngineEndpoint,
  images: readonly string[],
  workFolder: string,
  say: Say,
): Promise<void> {
  const states = await Promise.all(images.map((image) => isPresent(endpoint, image)));
  const workshop = { endpoint, workFolder, say, unreachable: new Set<string>() };
  const standIns = new Map<Provision, string[]>();
  for (const [index, image] of images.entries()) {
    if (states[index] === "present") continue;
    const how = await provide(workshop, image, states[index] === "outdated");
    if (how === "pulled") say(`pulled ${image}`);
    else standIns.set(how, [...(standIns.get(how) ?? []), image]);
  }
  for (const [why, names] of standIns) say(`${why}: stand-ins built from Debian packages serve as ${names.join(", ")}`);
}

/** `outdated`: a stand-in of ours whose recipe has changed since. */
async function isPresent(endpoint: EngineEndpoint, image: string): Promise<"present" | "missing" | "outdated"> {
  const { status, body } = await callEngine(endpoint, "GET", `/images/${image}/json`);
  if (status === 404) return "missing";
  if (status !== 200) throw new Error(`the engine answered ${status} for image "${image}": ${body.trim()}`);
  const hash = new RegExp(`"${standInLabel}":\\s*"([0-9a-f]*)"`).exec(body)?.[1];
  const recipe = standInFor(image);
  return hash === undefined || recipe === undefined || hash === recipeHash(recipe, baseKey) ? "present" : "outdated";
}

async function provide(workshop: Workshop, image: string, isStandIn: boolean): Promise<Provision> {
  const pull = isStandIn ? undefined : await pullUnlessUseless(workshop, image);
  if (pull?.kind === "pulled") return "pulled";
  const recipe = standInFor(image);
  if (recipe === undefined) {
    const why = pull === undefined ? "" : `: ${pull.detail}`;
    const hint = "connect this machine to its registry, or load the image";
    throw new SetupFailure(4, `image "${image}" cannot be pulled${why}`, hint);
  }
  const standIn = await buildRecipe(workshop, recipe);
  await expectStatus(workshop.endpoint, 201, `/images/${standIn}/tag`, splitTag(image));
  if (isStandIn) return "recipe changed";
  return pull?.kind === "refused" ? "not in its registry" : "no registry answers";
}

async function pullUnlessUseless(workshop: Workshop, image: string): Promise<PullResult> {
  const host = /^([^/]*[.:][^/]*|localhost)\//.exec(image)?.[1] ?? "";
  if (workshop.unreachable.has(host)) return { kind: "unreachable", detail: "its registry does not answer" };
  const pull = await pullImage(workshop.endpoint, image);
  if (pull.kind === "unreachable") workshop.unreachable.add(host);
  return pull;
}

/** @returns the name of the built image; what is there already is not built again. */
async function buildRecipe(workshop: Workshop, recipe: StandInRecipe | "base"): Promise<string> {
  const { endpoint, workFolder, say } = workshop;
  const hash = recipeHash(recipe, baseKey);
  const name = `outrigger-stand-in/${recipe}:${hash}`;
  if ((await callEngine(endpoint, "GET", `/images/${name}/json`)).status === 200) return name;
  if (recipe === "base") {
    const pull = await pullUnlessUseless(workshop, publicBase);
    if (pull.kind !== "pulled") await buildBase(endpoint, name, `${standInLabel}=${hash}`, workFolder, say);
    else await expectStatus(endpoint, 201, `/images/${publicBase}/tag`, splitTag(name));
    return name;
  }
  const base = await buildRecipe(workshop, baseOfRecipe(recipe));
  say(`building stand-in ${recipe}`);
  await buildImage(endpoint, recipe, base, { name, label: hash });
  return name;
}

/** The host's network spares the build a working bridge and its own DNS. */
async function buildImage(
  endpoint: EngineEndpoint,
  recipe: StandInRecipe,
  base: string,
  wanted: { name: string; label: string },
): Promise<void> {
  const query = {
    t: wanted.name,
    networkmode: "host",
    forcerm: "1",
    buildargs: JSON.stringify({ BASE: base }),
    labels: JSON.stringify({ [standInLabel]: wanted.label }),
  };
  const answer = await sendToEngine(endpoint, "POST", "/build", { query, folder: recipeFolder(recipe) });
  const lines: string[] = [];
  for await (const chunk of answer.setEncoding("utf8")) lines.push(String(chunk));
  const output = lines.join("");
  if (answer.statusCode === 200 && !output.includes('"errorDetail"')) return;
  const words = [...output.matchAll(/"(?:stream|error|message)":"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]);
  throw new Error(`stand-in "${recipe}" could not be built: ${words.slice(-12).join(" ")}`);
}

function splitTag(image: string): Readonly<Record<string, string>> {
  return { ...splitImageName(image) };
}

async function expectStatus(
  endpoint: EngineEndpoint,
  status: number,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await callEngine(endpoint, "POST", path, { query });
  if (answer.status !== status)
    throw new Error(`the engine answered ${answer.status} to ${path}: ${answer.body.trim()}`);
}
