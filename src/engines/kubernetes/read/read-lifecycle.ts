import type { TomlSection } from "../../../config/toml/toml-section.ts";
import { withoutUndefined } from "../../../text/without-undefined.ts";
import type { Hook, HttpHook, Lifecycle, TcpHook } from "../pod.ts";

/** Commands and requests at a container's start and before its end. @source K-18 */
export function readLifecycle(engine: TomlSection): Lifecycle | undefined {
  const section = engine.table("container_lifecycle");
  if (section === undefined) return undefined;
  const lifecycle = withoutUndefined({
    postStart: readHook(section.table("post_start")),
    preStop: readPreStop(section.table("pre_stop")),
  });
  section.finish();
  return lifecycle;
}

/** Containers of scripts have a hook of ours there, and only a command can stand before it. */
function readPreStop(section: TomlSection | undefined): Lifecycle["preStop"] {
  if (section === undefined) return undefined;
  const hook = readHook(section);
  if (hook === undefined || "exec" in hook) return hook;
  const key = section.has("http_get") ? "http_get" : "tcp_socket";
  section.refuse(key, `pre_stop of kind "${key}" is not supported`, "an exec with a command can do the same");
  return undefined;
}

function readHook(section: TomlSection | undefined): Hook | undefined {
  if (section === undefined) return undefined;
  const exec = section.table("exec");
  const http = section.table("http_get");
  const tcp = section.table("tcp_socket");
  const command = exec?.strings("command") ?? [];
  if (exec !== undefined && command.length === 0) {
    exec.refuse("command", 'a hook of kind "exec" needs a command', 'for example command = ["sync"]');
  }
  const hooks: readonly Hook[] = [
    ...(exec === undefined ? [] : [{ exec: { command } }]),
    ...(http === undefined ? [] : [{ httpGet: readHttp(http) }]),
    ...(tcp === undefined ? [] : [{ tcpSocket: readTcp(tcp) }]),
  ];
  for (const part of [exec, http, tcp, section]) part?.finish();
  const [hook] = hooks;
  return hook;
}

function readHttp(section: TomlSection): HttpHook {
  const headers = section.tables("http_headers").map((header) => {
    const read = { name: header.string("name") ?? "", value: header.string("value") ?? "" };
    header.finish();
    return read;
  });
  return {
    ...readTcp(section),
    ...withoutUndefined({ path: section.filled("path"), scheme: section.filled("scheme") }),
    ...(headers.length === 0 ? {} : { httpHeaders: headers }),
  };
}

function readTcp(section: TomlSection): TcpHook {
  const port = section.count("port");
  if (port === undefined && !section.has("port")) section.refuse("port", "a request needs a port");
  return { port: port ?? 0, ...withoutUndefined({ host: section.filled("host") }) };
}
