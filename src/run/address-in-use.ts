/** What programs print when a port is taken (DR-109). */
const PATTERN =
  /address (?:is )?already in use|EADDRINUSE|could not bind|bind failed|bind on .*failed|Only one usage of each socket address/i;

/**
 * Ports that a log may mean by its complaint that an address is in use: numbers of the lines that complain, last line
 * first. Empty: no complaint.
 *
 * @param ports what the program is known to listen on; meant when no line names a number.
 */
export function findTakenPorts(logTail: readonly string[], ports: readonly number[]): readonly number[] {
  const complaints = logTail.filter((line) => PATTERN.test(line)).toReversed();
  if (complaints.length === 0) return [];
  const named = complaints.flatMap((line) =>
    [...line.matchAll(/(?<![\d.])\d{2,5}(?![\d.]*\d)/g)].map((match) => Number(match[0])),
  );
  return [...new Set([...named, ...ports])];
}
