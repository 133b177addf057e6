export const CONVERT_TARGETS = ["gitlab", "drone-1", "woodpecker", "compose"] as const;
export type ConvertTarget = (typeof CONVERT_TARGETS)[number];
