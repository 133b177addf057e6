import { setFlagsFromString } from "node:v8";

/**
 * Keeps the part of the heap small where new objects are made: it doubles as a program goes on making them, up to
 * several times of what a command needs that reads a file and prints what it found.
 */
export function keepMemorySmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
