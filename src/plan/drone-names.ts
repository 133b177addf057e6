/** What a client library accepts as a host: DR-97 has examples of names that none does. */
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_.-]{0,61}[a-z0-9_])?$/i;

export function isHostName(name: string): boolean {
  return HOST_NAME.test(name);
}

/**
 * A name as it was written, in lower case, and without underscores, which some clients refuse. Forms that nobody could
 * use as a host are left out.
 *
 * @source DR-101, DR-105
 */
export function hostNameForms(name: string): readonly string[] {
  const forms = [name, name.toLowerCase(), name.toLowerCase().replaceAll("_", "-")];
  return [...new Set(forms)].filter(isHostName);
}
