/** Requests are counted by class: each endpoint belongs to one. */
export const limitClasses = ["standard", "strict", "sign_in", "protocol"] as const;
