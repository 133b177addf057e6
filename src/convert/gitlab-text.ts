/** GitLab replaces `$NAME` in images, paths and values; `$$` is one `$`. @source GS-301 */
export function escapeVariables(text: string): string {
  return text.replaceAll("$", () => "$$");
}
