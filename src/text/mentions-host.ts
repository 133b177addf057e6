/** Whether a text uses a name as a host: in an address, behind an option or a variable for hosts, or with a port. */
export function mentionsHost(text: string, name: string): boolean {
  if (!text.includes(name)) return false;
  const host = name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  const pattern = `(?:@|//|(?<![\\w-])(?:[A-Z_]*HOST|--?host|-h|-H)[ =:]+["']?)${host}(?![\\w-])|(?<![\\w.-])${host}:\\d`;
  return new RegExp(pattern).test(text);
}
