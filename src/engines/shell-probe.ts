/** Where shells are looked for, best first (GS-840). */
const SHELLS = [
  "/usr/local/bin/bash",
  "/usr/bin/bash",
  "/bin/bash",
  "/usr/local/bin/sh",
  "/usr/bin/sh",
  "/bin/sh",
  "/busybox/sh",
] as const;

/**
 * Becomes the best shell of an image, which then reads its script from standard input. It needs nothing but a `sh` on the
 * image's `PATH`; the script's own output and exit code are those of the shell it becomes.
 *
 * @source GS-840
 */
export const SHELL_PROBE_ARGV: readonly string[] = [
  "sh",
  "-c",
  `for shell in ${SHELLS.join(" ")}; do [ -x "$shell" ] && exec "$shell"; done; echo "shell not found" >&2; exit 1`,
];

/**
 * An entry point that is nothing but a shell reads a script from its standard input as it is; any argument it would take
 * for the name of a script file.
 */
export function isBareShell(entrypoint: readonly string[]): boolean {
  const [program, ...rest] = entrypoint;
  return program !== undefined && rest.length === 0 && /^(?:.*\/)?(?:sh|bash|dash|ash|zsh|ksh)$/.test(program);
}
