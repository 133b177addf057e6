export const LINT_FORMATS = ["text", "json", "gitlab", "sarif"] as const;
export type LintFormat = (typeof LINT_FORMATS)[number];
