import type { Expression } from "./parse-expression.ts";

/** Something that an expression may hold, and that hardly means what was meant. */
export interface OddPart {
  readonly text: string;
  readonly hint: string;
}

/**
 * What is legal, or works here and not on GitLab.
 *
 * @source GY-170, GY-173, GY-177
 */
export function oddPartsOf(expression: Expression): readonly OddPart[] {
  switch (expression.kind) {
    case "pattern":
      return [oddPlace(expression.body)];
    case "not":
      return oddPartsOf(expression.operand);
    case "and":
    case "or":
      return [...oddPartsOf(expression.left), ...oddPartsOf(expression.right)];
    case "compare":
      return [...oddPartsOf(expression.left), ...ofRightSide(expression)];
    default:
      return [];
  }
}

function ofRightSide({ operator, right }: Extract<Expression, { kind: "compare" }>): readonly OddPart[] {
  if (operator === "==" || operator === "!=") return oddPartsOf(right);
  if (right.kind === "string" && !/^\/.+\/[ismU]*$/s.test(right.text)) {
    const text = `"${right.text}" behind ${operator} is no pattern: it is looked for as it stands`;
    return [{ text, hint: `write ${operator} /${right.text.replaceAll("/", "\\/")}/` }];
  }
  if (right.kind !== "pattern") return oddPartsOf(right);
  if (right.body.length > 1) return [];
  const text = `GitLab refuses a pattern of one character: /${right.body}/`;
  return [{ text, hint: `write /(${right.body})/` }];
}

function oddPlace(body: string): OddPart {
  return { text: `/${body}/ is matched with nothing here`, hint: "a pattern stands to the right of =~ or !~" };
}
