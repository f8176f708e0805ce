/** Which cached answers a change may have altered, by the type of the changed object. */
const topics: Record<string, string[]> = {
  certificate: [
    "certificate",
    "certificate-stats",
    "dashboard",
    "cas",
    "crl",
    "acme",
    "revocation-jobs",
    "user-certificates",
    "tags",
  ],
  sign_in_certificate: ["user-certificates", "account"],
  template: ["templates"],
  csr: ["csrs", "dashboard"],
  ca: ["cas", "crl", "dashboard"],
  authority: ["cas", "crl", "dashboard"],
  crl: ["crl", "cas", "dashboard"],
  acme: ["acme", "dashboard"],
  account: ["acme", "account"],
  order: ["acme", "dashboard"],
  user: ["users", "account"],
  group: ["groups", "users"],
  role: ["roles", "users"],
  session: ["account"],
  api_key: ["account"],
  passkey: ["account"],
  settings: ["settings", "acme"],
};

/** Every change leaves a trace in the audit, hence these always. */
const always = ["audit", "activity"];

export function topicsOf(type: string) {
  const family = type.startsWith("acme") ? "acme" : type;
  return [...(topics[family] ?? ["dashboard"]), ...always];
}
