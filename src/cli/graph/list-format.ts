export const LIST_FORMATS = ["text", "json", "mermaid", "dot"] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];
