// What the operators of `${NAME...}` do to a value, as Drone and Woodpecker have them. @source DR-286

import { matchesGlob } from "./glob.ts";

/** `${V:first:second}`: in characters; a `first` below zero counts from the end. What is no number changes nothing. */
export function substring(value: string, first: string, second: string | undefined): string {
  const characters = Array.from(value);
  const position = parseWhole(first);
  if (position === undefined) return value;
  const from = position < 0 ? Math.max(0, characters.length + position) : position;
  if (second === undefined) return characters.slice(from).join("");
  const length = parseWhole(second);
  return length === undefined ? value : characters.slice(from, Math.max(from, from + length)).join("");
}

/** `/`, `//`, `/#`, `/%`: the first, every, a leading, a trailing one. The pattern is a plain text. */
export function replace(operator: string, value: string, pattern: string, replacement: string): string {
  switch (operator) {
    case "//":
      return pattern === "" ? value : value.replaceAll(pattern, () => replacement);
    case "/#":
      return value.startsWith(pattern) ? replacement + value.slice(pattern.length) : value;
    case "/%":
      return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) + replacement : value;
    default:
      return value.replace(pattern, () => replacement);
  }
}

/** `#`, `##`, `%`, `%%`: the shortest or longest start or end that fits the pattern goes. */
export function trim(operator: string, value: string, pattern: string): string {
  const lengths = Array.from({ length: value.length }, (_, index) => index + 1);
  if (operator.length === 2) lengths.reverse();
  const isPrefix = operator.startsWith("#");
  const fits = (length: number): boolean =>
    matchesGlob(pattern, isPrefix ? value.slice(0, length) : value.slice(value.length - length), "text");
  const found = lengths.find(fits);
  if (found === undefined) return value;
  return isPrefix ? value.slice(found) : value.slice(0, value.length - found);
}

/** `^`, `^^`, `,`, `,,`: the first letter or all of them, upper or lower. */
export function changeCase(operator: string, value: string): string {
  switch (operator) {
    case "^^":
      return value.toUpperCase();
    case ",,":
      return value.toLowerCase();
    case "^":
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    default:
      return value.slice(0, 1).toLowerCase() + value.slice(1);
  }
}

function parseWhole(text: string): number | undefined {
  return /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : undefined;
}
