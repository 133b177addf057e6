/** Lower case, everything but letters and digits a `-`, at most 63 characters, no `-` at the ends. @source GY-116 */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
}
