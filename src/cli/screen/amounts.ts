/** `0.4 s`, `11.2 s`, `192 s`: for people who wait. */
export function formatSeconds(ms: number): string {
  return `${bareSeconds(ms)} s`;
}

/** `0.38 s`, `2.31 s`: for services, where tenths are too coarse. */
export function formatFineSeconds(ms: number): string {
  return ms < 9_995 ? `${(Math.max(0, ms) / 1000).toFixed(2)} s` : formatSeconds(ms);
}

/** `2.3`, `11.2`, `192`. */
export function bareSeconds(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  return seconds < 99.95 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** `0:06`, `12:30`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Megabytes as registries count them: `13.4 MB`, `0.2 MB`. */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return `${megabytes < 100 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}

/** `214 bytes`, `3.2 kB`, `13.4 MB`: for files of any size. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : formatMegabytes(bytes);
}
