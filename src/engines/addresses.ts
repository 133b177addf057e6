/** Of `getent` (`10.0.0.2 STREAM db`), or `nslookup` (`Address: 10.0.0.2` below the name, after the server's own). */
export function parseAddresses(text: string): readonly string[] {
  const answer = /^Name:/m.test(text) ? text.slice(text.search(/^Name:/m)) : text;
  const found = answer.matchAll(/^(?:Address(?: \d+)?:\s*)?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]*:[0-9a-f:]+)(?=\s|$)/gim);
  return [...new Set([...found].map(([, address = ""]) => address))];
}
