export const quotaKinds = ["account", "external_account", "identifier"] as const;
