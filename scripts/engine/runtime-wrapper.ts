import { readFile } from "node:fs/promises";

/** In the order of their numbers in the kernel. */
const capabilities =
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE".split(
    " ",
  );

/**
 * Capabilities that no process of this machine can have any more. runc refuses to start a privileged container as long as
 * its list names one of them.
 */
export async function missingCapabilities(): Promise<readonly string[]> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (bounding === undefined) return [];
  const mask = BigInt(`0x${bounding}`);
  return capabilities.filter((_, number) => ((mask >> BigInt(number)) & 1n) === 0n).map((name) => `CAP_${name}`);
}

/** A runtime for dockerd's configuration: takes the capabilities out of the container's bundle, then is `runc`. */
export function runtimeWrapper(runc: string, missing: readonly string[]): string {
  const pattern = missing.join("|");
  return `#!/bin/sh
# Written by Outrigger's set-up for this machine, which lacks ${missing.join(", ")}.
set -eu
previous=
for argument in "$@"; do
  case "$previous" in
    --bundle) file=$argument/config.json ;;
    --process) file=$argument ;;
    *) file= ;;
  esac
  if [ -n "$file" ] && [ -f "$file" ]; then
    sed -E -i -e 's/"(${pattern})",//g' -e 's/,?"(${pattern})"//g' "$file"
  fi
  previous=$argument
done
exec ${runc} "$@"
`;
}
