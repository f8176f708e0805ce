export const kinds = ["root", "intermediate", "elsewhere"] as const;
export type Kind = (typeof kinds)[number];
