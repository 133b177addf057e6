import type { IncomingMessage } from "node:http";
import type { ApiCall } from "./faults.ts";

/** A request's path, taken apart. */
export interface ApiPath {
  readonly method: string;
  /** `pods`, or the last word of a path that has no name space. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
}

export function parsePath(request: IncomingMessage): ApiPath {
  const url = new URL(request.url ?? "/", "http://fake");
  const words = url.pathname.split("/").filter((word) => word !== "");
  const at = words.indexOf("namespaces");
  const below = at < 0 ? [] : words.slice(at + 1);
  const [namespace = "", resource = "", name = "", subresource = ""] = below;
  const head = { method: request.method ?? "GET", query: url.searchParams };
  if (at < 0) return { ...head, resource: words.at(-1) ?? "", namespace: "", name: "", subresource: "" };
  // A name space stands in none.
  if (below.length < 2) return { ...head, resource: "namespaces", namespace: "", name: namespace, subresource: "" };
  return { ...head, resource, namespace, name, subresource };
}

const VERBS: Readonly<Record<string, string>> = { POST: "create", PATCH: "patch", DELETE: "delete" };

/** As RBAC sees it; an exec is a `get` over WebSocket and asks for `create`. */
export function toCall({ method, resource, namespace, name, subresource, query }: ApiPath): ApiCall {
  const read = query.get("watch") === "true" ? "watch" : name === "" ? "list" : "get";
  const verb = subresource === "exec" ? "create" : (VERBS[method] ?? read);
  return { verb, resource: subresource === "" ? resource : `${resource}/${subresource}`, namespace, name };
}
