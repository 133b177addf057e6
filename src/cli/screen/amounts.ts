/** `0.38 s`, `2.31 s`, `11.2 s`, `3 min 12 s`: as exact as it matters. */
export function formatSeconds(ms: number): string {
  return ms < 60_000 ? `${bareSeconds(ms)} s` : `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** The same without a space, for lines that are split at spaces: `0.38s`. */
export function formatSecondsTight(ms: number): string {
  return `${bareSeconds(ms)}s`;
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

function bareSeconds(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  return seconds < 9.995 ? seconds.toFixed(2) : seconds < 99.95 ? seconds.toFixed(1) : String(Math.round(seconds));
}
