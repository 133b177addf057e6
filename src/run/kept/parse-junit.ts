/** What a JUnit report says, added up over files. */
export interface TestCounts {
  readonly total: number;
  readonly failed: number;
  readonly skipped: number;
  /** `class name › test name` of tests that failed, in order. */
  readonly failures: readonly string[];
}

export const NO_TESTS: TestCounts = { total: 0, failed: 0, skipped: 0, failures: [] };

/** Attributes may hold `>`, values may be in either quotes. */
const TAG = /<(\/?)(testcase|failure|error|skipped)\b((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;

/**
 * Counts the tests of a report, and forgives what is not well formed: a report cut short still says what failed.
 *
 * @source GY-216
 */
export function parseJunit(xml: string): TestCounts {
  const text = xml.replace(/<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)/g, "");
  const tests: { name: string; state: "passed" | "failed" | "skipped" }[] = [];
  let isInside = false;
  for (const [, closing, tag, attributes = "", selfClosed] of text.matchAll(TAG)) {
    if (tag === "testcase") {
      isInside = closing === "" && selfClosed === "";
      if (closing === "") tests.push({ name: nameOf(attributes), state: "passed" });
      continue;
    }
    const test = tests.at(-1);
    if (test === undefined || !isInside || closing !== "") continue;
    if (tag === "skipped" && test.state === "passed") test.state = "skipped";
    else if (tag !== "skipped") test.state = "failed";
  }
  const failures = tests.filter((test) => test.state === "failed").map((test) => test.name);
  const skipped = tests.filter((test) => test.state === "skipped").length;
  return { total: tests.length, failed: failures.length, skipped, failures };
}

export function addTests(one: TestCounts, other: TestCounts): TestCounts {
  return {
    total: one.total + other.total,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
  };
}

function nameOf(attributes: string): string {
  const name = attributeOf(attributes, "name") ?? "unnamed";
  const group = attributeOf(attributes, "classname");
  return group === undefined || group === "" ? name : `${group} › ${name}`;
}

function attributeOf(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : withoutEntities(value);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function withoutEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (typeof name === "string") return ENTITIES[name] ?? whole;
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
