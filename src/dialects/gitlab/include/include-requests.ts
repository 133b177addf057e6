import type { DialectContext } from "../../dialect.ts";
import type { FileBase, FileRequest } from "../../files.ts";
import { serverOf } from "../project-facts.ts";
import type { IncludeEntry } from "./include-entries.ts";
import type { IncludeScope } from "./include-scope.ts";

/** A file to ask for, and its location as messages show it. */
export interface LocatedRequest {
  readonly request: FileRequest;
  readonly location: string;
}

/** Where an entry's files are to be asked for, variables put in; or what is wrong with the location. */
export function locate(
  entry: IncludeEntry,
  base: FileBase,
  scope: IncludeScope,
  context: DialectContext,
): readonly (LocatedRequest | string)[] {
  const { text, shown } = scope.expand(entry.location);
  switch (entry.kind) {
    case "local":
      return [withExtension(shown, localRequest(text, base))];
    case "project":
      return entry.files.map((file) => {
        const path = scope.expand(file);
        const ref = entry.ref === undefined ? undefined : scope.expand(entry.ref).text || undefined;
        const server = serverOf(context.facts);
        const request = { kind: "project", server, project: text, ref, path: withoutSlash(path.text) } as const;
        return withExtension(path.shown, request);
      });
    case "remote":
      return [withExtension(shown, { kind: "remote", url: text, shown, integrity: entry.integrity })];
    case "template":
      return [templateRequest(text, shown)];
    case "component":
      return [componentRequest(text, shown)];
    case "artifact":
      return context.made === undefined || entry.job === undefined
        ? ["include config artifact can only be used in trigger:include"]
        : [withExtension(shown, { kind: "made", job: entry.job, path: text })];
  }
}

/** @source GY-48, GY-49 */
function localRequest(location: string, base: FileBase): FileRequest {
  const path = withoutSlash(location);
  return path.includes("*") ? { kind: "pattern", base, pattern: path } : { kind: "local", base, path };
}

/** @source GY-47 */
function withExtension(location: string, request: FileRequest): LocatedRequest | string {
  return request.kind === "pattern" || /.\.ya?ml$/i.test(location)
    ? { request, location }
    : `Included file \`${location}\` does not have YAML extension!`;
}

/** @source GY-53 */
function templateRequest(name: string, location: string): LocatedRequest | string {
  return name.endsWith(".gitlab-ci.yml")
    ? { request: { kind: "template", name }, location }
    : `Template file \`${location}\` is not a valid location!`;
}

/** `host[:port]/group/project/name@version`. @source GY-54, GY-254 */
function componentRequest(address: string, location: string): LocatedRequest | string {
  const match = /^([^/@\s]+)\/([^@\s]+)\/([^/@\s]+)@([^@\s]+)$/.exec(address);
  if (match === null || address.includes("://")) {
    return `Component '${location}' - the component path is not supported`;
  }
  const [, host = "", project = "", name = "", version = ""] = match;
  return { request: { kind: "component", host, project, name, version }, location };
}

function withoutSlash(path: string): string {
  return path.replace(/^\/+/, "");
}
