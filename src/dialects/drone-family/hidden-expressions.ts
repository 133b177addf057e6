// The old systems replaced `${X}` in the text before they read it as YAML, so `[ ${X} ]` and `${X:-a: b}` were fine. Here
// values go into the tree, where they cannot change its shape (DR-288); until then the characters of an expression that
// mean something to YAML are dressed as letters of the private area. Every offset stays what it was.

const FIRST = 0xe000;
const EXPRESSION = /\$\{(?:[^{}\n$]|\$\{[^{}\n]*\}|\$(?!\{))*\}/g;
const STRUCTURAL = /[{}[\],:#&*!|>%@]/g;
const DRESSED = /[\ue000-\ue07f]/g;

export function hideExpressions(text: string): string {
  if (!text.includes("${")) return text;
  return text.replace(EXPRESSION, (expression) =>
    expression.replace(STRUCTURAL, (character) => String.fromCharCode(FIRST + character.charCodeAt(0))),
  );
}

export function revealExpressions(text: string): string {
  return text.replace(DRESSED, (character) => String.fromCharCode(character.charCodeAt(0) - FIRST));
}
