const SECOND = 1;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|secs?|seconds?)$/, SECOND],
  [/^(?:m|mins?|minutes?)$/, MINUTE],
  [/^(?:h|hrs?|hours?)$/, HOUR],
  [/^(?:d|days?)$/, DAY],
  [/^(?:w|wks?|weeks?)$/, 7 * DAY],
  [/^(?:mo|mos|mon|mons|months?)$/, 30 * DAY],
  [/^(?:y|yrs?|years?)$/, 365.25 * DAY],
];

const NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/**
 * Seconds of a text like `1h 30m`, `90 minutes`, `1 day and 2 hours`, `1:30:00`, or plain digits (seconds).
 *
 * @returns `undefined` when the text is no duration, or one of zero.
 * @source GY-249
 */
export function parseDuration(text: string): number | undefined {
  const words = text.trim().toLowerCase();
  const seconds = /^\d+(?:\.\d+)?$/.test(words) ? Number(words) : (parseClock(words) ?? parseParts(words));
  return seconds !== undefined && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

/** `MM:SS` and `HH:MM:SS`. */
function parseClock(text: string): number | undefined {
  if (!/^\d+(?::\d{1,2}){1,2}$/.test(text)) return undefined;
  return text.split(":").reduce((total, part) => total * 60 + Number(part), 0);
}

function parseParts(text: string): number | undefined {
  if (/[^\sa-z0-9.,]/.test(text)) return undefined;
  const words = (text.match(/\d+(?:\.\d+)?|[a-z]+/g) ?? []).filter((word) => word !== "and");
  if (words.length === 0 || words.length % 2 === 1) return undefined;
  let total = 0;
  for (let at = 0; at < words.length; at += 2) {
    const amount = amountOf(words[at] ?? "");
    const unit = UNITS.find(([names]) => names.test(words[at + 1] ?? ""));
    if (amount === undefined || unit === undefined) return undefined;
    total += amount * unit[1];
  }
  return total;
}

function amountOf(text: string): number | undefined {
  if (/^\d/.test(text)) return Number(text);
  const index = NUMBER_WORDS.indexOf(text);
  return index === -1 ? undefined : index;
}
